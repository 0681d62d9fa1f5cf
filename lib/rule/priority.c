/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "rule/rule_set.h"

static const char *const priorities[PRIORITIES] = {
	[PRIORITY_EMERGENCY] = "Emergency", [PRIORITY_ALERT] = "Alert",
	[PRIORITY_CRITICAL] = "Critical",   [PRIORITY_ERROR] = "Error",
	[PRIORITY_WARNING] = "Warning",	    [PRIORITY_NOTICE] = "Notice",
	[PRIORITY_INFORMATIONAL] = "Informational", [PRIORITY_DEBUG] = "Debug",
};

const char *priority_name(enum priority p)
{
	return priorities[p];
}

int priority_parse(struct str text, enum priority *ret)
{
	for (enum priority p = 0; p < PRIORITIES; p++) {
		if (str_eq_nocase(text, str_c(priorities[p]))) {
			*ret = p;
			return 0;
		}
	}
	if (!str_eq_nocase(text, STR("info")))
		return -EINVAL;
	*ret = PRIORITY_INFORMATIONAL;
	return 0;
}
