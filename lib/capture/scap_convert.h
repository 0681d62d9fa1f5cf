/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Upgrades events of old captures to the current layout of their code, so that nothing after the
 * reader knows old versions. The rows are in scap_convert.def, the procedure in docs/formats/scap.md.
 */
#ifndef CAPTURE_SCAP_CONVERT_H
#define CAPTURE_SCAP_CONVERT_H

#include "base/buf.h"
#include "capture/enter_store.h"
#include "event/event.h"

enum scap_verdict {
	SCAP_DROP = 0, /* nothing to deliver: kept for its exit event, or of no use */
	SCAP_PASS = 1, /* *ev is current */
};

enum {
	SCAP_CONVERT_ROUNDS_MAX = 50,
	SCAP_CONVERT_NEVER = UINT8_MAX, /* in pass_params: every event of the code needs a look */
};

struct scap_convert {
	/* By code: an event with at least this many parameters is current as it is. */
	uint8_t pass_params[EVENT_CODES];
	uint16_t first_row[EVENT_CODES]; /* of the code, or of a higher one when it has none */
	struct enter_store enters;
	struct buf out[2]; /* converted records, in turns */
	unsigned int turn;
	uint64_t converted;
	uint64_t without_enter; /* exits whose parameters had to be made up or left empty */
};

void scap_convert_init(struct scap_convert *c);
void scap_convert_fini(struct scap_convert *c);
/* For a new section: what was kept belongs to another recording. */
void scap_convert_restart(struct scap_convert *c);

/*
 * Decides about *ev and replaces it by its current form, which is borrowed from `c` until the next
 * call. enum scap_verdict; -EBADMSG with the reason (static text) when no row says what to do with
 * the event; -ENOMEM.
 */
int scap_convert_apply(struct scap_convert *c, struct event *ev, const char **ret_reason);

static inline bool scap_convert_is_current(const struct scap_convert *c, const struct event *ev)
{
	return ev->nparams >= c->pass_params[ev->type];
}

#endif
