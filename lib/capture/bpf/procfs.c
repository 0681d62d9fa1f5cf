/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/bpf/procfs.h"

#include "event/snapshot.h"

int procfs_snapshot(const struct procfs_options *options, const struct snapshot_sink *sink,
		    struct diag *diag)
{
	(void)options; (void)sink; (void)diag;
	return 0;
}
