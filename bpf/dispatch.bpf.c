/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The one program that sees every system call: at its exit it looks up the number in a constant table
 * and, when somebody wants that call, notes the saved registers and jumps to the call's handler. For
 * every other call this is two loads and a return: no map, no clock, no helper.
 */
#include "record.bpf.h"

/*
 * The arguments of both kinds of tracepoint are the saved registers and the result. Which table a
 * number belongs to depends on how the task entered the kernel, and asking for the task costs more
 * than all the rest; so a number that neither table wants ends here.
 */
SEC("raw_tp/sys_exit") int sys_exit(u64 *ctx)
{
	struct pt_regs *regs = KPTR(pt_regs, ctx[0]);
	u64 nr = GET(regs, orig_ax) & ~(u64)X32_SYSCALL_BIT;
	struct task_struct *t;
	struct scratch *s;
	u32 code, sc;
	bool compat;

	if (nr >= WIRE_NR_X86_64 || !config.wanted[nr])
		return 0;
	s = scratch_of_cpu();
	if (!s) {
		count_loss(WIRE_RING_PROCESS, WIRE_LOSS_SCRATCH);
		return 0;
	}
	t = find_task(s);
	compat = GET(t, thread_info.status) & TS_COMPAT;
	if (!compat) {
		code = config.route64[nr];
		sc = config.syscall64[nr];
	} else {
		if (nr >= WIRE_NR_IA32)
			return 0;
		code = config.route32[nr];
		sc = config.syscall32[nr];
	}
	if (!code)
		return 0;
	s->ret = (s64)ctx[1];
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
