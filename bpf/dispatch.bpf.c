/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The one program that sees every system call: at its exit it looks up the number in a constant table
 * and, when somebody wants that call, notes the saved registers and jumps to the call's handler. For
 * every other call this is two loads and a return: no map, no clock, no helper.
 */
#include "record.bpf.h"

static __always_inline int dispatch(void *ctx, struct pt_regs *regs, s64 ret, struct task_struct *t)
{
	u64 nr = GET(regs, orig_ax);
	struct scratch *s;
	u32 compat = GET(t, thread_info.status) & TS_COMPAT;
	u32 code, sc;

	if (!compat) {
		nr &= ~(u64)X32_SYSCALL_BIT;
		if (nr >= WIRE_NR_X86_64)
			return 0;
		code = config.route64[nr];
		if (!code)
			return 0;
		sc = config.syscall64[nr];
	} else {
		if (nr >= WIRE_NR_IA32)
			return 0;
		code = config.route32[nr];
		if (!code)
			return 0;
		sc = config.syscall32[nr];
	}
	s = scratch_of_cpu();
	if (!s) {
		count_loss(WIRE_RING_PROCESS, WIRE_LOSS_SCRATCH);
		return 0;
	}
	s->ret = ret;
	s->nr = nr;
	s->code = code;
	s->sc = sc;
	s->compat = compat;
	if (!compat) {
		s->args[0] = GET(regs, di);
		s->args[1] = GET(regs, si);
		s->args[2] = GET(regs, dx);
		s->args[3] = GET(regs, r10);
		s->args[4] = GET(regs, r8);
		s->args[5] = GET(regs, r9);
	} else {
		s->args[0] = (u32)GET(regs, bx);
		s->args[1] = (u32)GET(regs, cx);
		s->args[2] = (u32)GET(regs, dx);
		s->args[3] = (u32)GET(regs, si);
		s->args[4] = (u32)GET(regs, di);
		s->args[5] = (u32)GET(regs, bp);
	}
	bpf_tail_call(ctx, &handlers, code);
	return 0;
}

/* The arguments of both kinds of tracepoint are the saved registers and the result. */
SEC("raw_tp/sys_exit") int sys_exit(u64 *ctx)
{
	return dispatch(ctx, KPTR(pt_regs, ctx[0]), (s64)ctx[1], current_task());
}

/*
 * socketcall(2), the ia32 way into the socket calls: number and a pointer to 32-bit arguments. They
 * are read again after the fact, because registers do not hold them.
 */
SEC("raw_tp/sys_exit") int socketcall(u64 *ctx)
{
	struct scratch *s = scratch_of_cpu();
	u32 args[6] = {};
	u32 call;
	u32 code;

	if (!s)
		return 0;
	call = (u32)s->args[0];
	if (call >= WIRE_SOCKETCALLS)
		return 0;
	code = config.route_socketcall[call];
	if (!code)
		return 0;
	if (bpf_probe_read_user(args, sizeof(args), (void *)s->args[1]) &&
	    bpf_probe_read_user(args, 12, (void *)s->args[1]) &&
	    bpf_probe_read_user(args, 8, (void *)s->args[1]))
		return 0;
	for (int i = 0; i < 6; i++)
		s->args[i] = args[i];
	s->code = code;
	bpf_tail_call(ctx, &handlers, code);
	return 0;
}
