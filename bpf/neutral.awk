# SPDX-License-Identifier: Apache-2.0
# Turns lib/event/flags.def into constants for the kernel side: N_file_flags_O_CREAT and so on. The
# table holds names as strings, which the C preprocessor cannot turn into identifiers.
BEGIN { print "/* Made from lib/event/flags.def by bpf/neutral.awk. */" }
/^TABLE\(/ { split($0, part, /[()]/); table = part[2] }
/^FLAG\(/ {
	split($0, part, /[(",)]+/)
	name = part[2]; value = part[3]
	gsub(/ /, "", value)
	if (!((table, name) in seen))
		printf "#define N_%s_%s %s\n", table, name, value
	seen[table, name] = 1
}
