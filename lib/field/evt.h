/* SPDX-License-Identifier: Apache-2.0 */
/* Getters of the rows in evt.c that live in files of their own. */
#ifndef FIELD_EVT_H
#define FIELD_EVT_H

#include "field/extract.h"

/* evt_time.c */
field_get evt_time, evt_time_s, evt_time_iso, evt_datetime, evt_datetime_s, evt_rawtime,
	evt_rawtime_s, evt_rawtime_ns, evt_reltime, evt_reltime_s, evt_reltime_ns, evt_delta,
	evt_delta_s, evt_delta_ns, evt_outputtime, evt_no_latency, evt_no_latency_log,
	evt_no_latency_text, evt_around;

/* evt_result.c */
field_get evt_res, evt_rawres, evt_failed, evt_one, evt_count_error, evt_count_error_file,
	evt_count_error_net, evt_count_error_memory, evt_count_error_other, evt_count_exit,
	evt_count_procinfo, evt_count_threadinfo;

/* evt_io.c */
field_get evt_is_io, evt_is_io_read, evt_is_io_write, evt_io_dir, evt_is_wait, evt_is_syslog,
	evt_buflen, evt_buflen_in, evt_buflen_out, evt_buflen_file, evt_buflen_file_in,
	evt_buflen_file_out, evt_buflen_net, evt_buflen_net_in, evt_buflen_net_out;

/* evt_open.c */
field_get evt_is_open_read, evt_is_open_write, evt_is_open_exec, evt_is_open_create;

/* evt_infra.c */
field_get evt_infra_name, evt_infra_id, evt_infra_container, evt_infra_image;

#endif
