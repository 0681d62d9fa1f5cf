/* SPDX-License-Identifier: Apache-2.0 */
#include "state/facts.h"

static uint64_t number(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	memcpy(&v, p, n < 8 ? n : 8);
	return v;
}

void facts_read(const struct event *ev, struct facts *f)
{
	const uint8_t *p = ev->record + ev->offset[ev->nparams];
	const uint8_t *end = ev->record + ev->offset[ev->nparams + 1];

	while (end - p >= 4) {
		const uint8_t *v = p + 4;
		uint16_t n;

		memcpy(&n, p + 2, 2);
		if (n > end - v)
			return;
		switch (p[0]) {
		case FACT_PATH:
			f->path = str_until_nul(str_n(v, n));
			break;
		case FACT_PATH2:
			f->path2 = str_until_nul(str_n(v, n));
			break;
		case FACT_CWD:
			f->cwd = str_until_nul(str_n(v, n));
			break;
		case FACT_DIR:
			f->dir = str_until_nul(str_n(v, n));
			break;
		case FACT_TUPLE:
			f->tuple = str_n(v, n);
			break;
		case FACT_DEV:
			f->dev = (uint32_t)number(v, n);
			break;
		case FACT_INO:
			f->ino = number(v, n);
			break;
		case FACT_MNTNS:
			f->mntns = (uint32_t)number(v, n);
			break;
		case FACT_START:
			f->start = number(v, n);
			break;
		case FACT_FDTYPE:
			f->fdtype = (uint8_t)number(v, n);
			break;
		case FACT_L4PROTO:
			f->l4proto = (uint8_t)number(v, n);
			break;
		case FACT_PPID:
			f->ppid = (int64_t)number(v, n);
			break;
		case FACT_OVL:
			f->ovl = (uint8_t)number(v, n);
			break;
		case FACT_FDFLAGS:
			f->fdflags = (uint32_t)number(v, n);
			break;
		case FACT_SID:
			f->sid = (int64_t)number(v, n);
			break;
		case FACT_PIDNS_START:
			f->pidns_start = number(v, n);
			break;
		default: /* one that the state has no use for */
			break;
		}
		if (p[0] < 32 && n)
			f->have |= 1u << p[0];
		p = v + n;
	}
}
