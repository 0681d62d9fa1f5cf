/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules files and what loading them reports. In the table " | " stands for a line break and <BASE>
 * for a complete rule; results are those of the established tool, except where
 * docs/formats/rules-files.md says that ours are different.
 */
#include "rule/loader.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "rule/cond.h"
#include "rule/format.h"
#include "rule/test_fields.h"

#define BASE                                                                                       \
	"- rule: r\n  desc: d\n  condition: evt.type=open\n  output: x\n  priority: INFO"

static const char *const sources[] = { "syscall", NULL };

static const struct rule_loader_options plain = { .sources = sources, .least = PRIORITY_DEBUG };

struct load_case {
	const char *in;
	const char *out; /* "ok", or findings: E or W, code, message, place */
};

static const struct load_case cases[] = {
	/* --- shapes, keys, versions --- */
	{ "",
	  "ok" },
	{ "# x",
	  "ok" },
	{ "--- | ---",
	  "ok" },
	{ "foo",
	  "E LOAD_ERR_YAML_VALIDATE: Rules content is not yaml @rules content 0:0" },
	{ "a: b",
	  "E LOAD_ERR_YAML_VALIDATE: Rules content is not yaml array of objects @rules "
	  "content 0:0" },
	{ "- a: [",
	  "E LOAD_ERR_YAML_PARSE: yaml: error at line 2, column 1: did not find "
	  "expected node content @value for 1:0" },
	{ "foo: bar: baz",
	  "E LOAD_ERR_YAML_PARSE: yaml: error at line 1, column 9: mapping values are "
	  "not allowed in this context @value for 0:8" },
	{ "- foo",
	  "E LOAD_ERR_YAML_VALIDATE: Unexpected element type. Each element should be a "
	  "yaml associative array. @rules content item 0:2" },
	{ "- | <BASE>",
	  "ok" },
	{ "- [a]",
	  "E LOAD_ERR_YAML_VALIDATE: Unexpected element type. Each element should be a "
	  "yaml associative array. @rules content item 0:2" },
	{ "- foo: bar",
	  "W LOAD_UNKNOWN_ITEM: Unknown top level item @rules content item 0:2" },
	{ "- foo: bar | <BASE>",
	  "W LOAD_UNKNOWN_ITEM: Unknown top level item @rules content item 0:2" },
	{ "<BASE> | --- | - rule: r2 |   desc: d |   condition: evt.type=open |   "
	  "output: x |   priority: INFO",
	  "ok" },
	{ "- desc: d |   condition: evt.type=open |   output: x |   priority: INFO",
	  "W LOAD_UNKNOWN_ITEM: Unknown top level item @rules content item 0:2" },
	{ "- rule: r |   condition: evt.type=open |   output: x |   priority: INFO",
	  "E LOAD_ERR_YAML_VALIDATE: Item has no mapping for key 'desc' @rule 0:2" },
	{ "- rule: r |   desc: d |   output: x |   priority: INFO",
	  "E LOAD_ERR_YAML_VALIDATE: Item has no mapping for key 'condition' @rule 0:2" },
	{ "- rule: r |   desc: d |   condition: evt.type=open |   priority: INFO",
	  "E LOAD_ERR_YAML_VALIDATE: Item has no mapping for key 'output' @rule 0:2" },
	{ "- rule: r |   desc: d |   condition: evt.type=open |   output: x",
	  "E LOAD_ERR_YAML_VALIDATE: Item has no mapping for key 'priority' @rule 0:2" },
	{ "- rule:  |   desc: d |   condition: evt.type=open |   output: x |   "
	  "priority: INFO",
	  "E LOAD_ERR_YAML_VALIDATE: Mapping for key 'rule' is empty @rule 0:2" },
	{ "- rule: r |   desc:  |   condition: evt.type=open |   output: x |   "
	  "priority: INFO",
	  "E LOAD_ERR_YAML_VALIDATE: Mapping for key 'desc' is empty @rule 0:2" },
	{ "- rule: r |   desc: d |   condition:  |   output: x |   priority: INFO",
	  "E LOAD_ERR_YAML_VALIDATE: Mapping for key 'condition' is empty @rule 0:2" },
	{ "- rule: r |   desc: d |   condition: evt.type=open |   output:  |   "
	  "priority: INFO",
	  "E LOAD_ERR_YAML_VALIDATE: Mapping for key 'output' is empty @rule 0:2" },
	{ "- rule: r |   desc: d |   condition: evt.type=open |   output: x |   "
	  "priority:",
	  "E LOAD_ERR_YAML_VALIDATE: Mapping for key 'priority' is empty @rule 0:2" },
	{ "- rule: \"\" |   desc: d |   condition: evt.type=open |   output: x |   "
	  "priority: INFO",
	  "E LOAD_ERR_YAML_VALIDATE: Value must be non-empty @value for 0:8" },
	{ "- rule: r |   desc: \"\" |   condition: evt.type=open |   output: x |   "
	  "priority: INFO",
	  "E LOAD_ERR_YAML_VALIDATE: Value must be non-empty @value for 1:8" },
	{ "- rule: r |   desc: d |   condition: \"\" |   output: x |   priority: INFO",
	  "E LOAD_ERR_YAML_VALIDATE: Value must be non-empty @value for 2:13" },
	{ "- rule: r |   desc: d |   condition: evt.type=open |   output: \"\" |   "
	  "priority: INFO",
	  "E LOAD_ERR_YAML_VALIDATE: Value must be non-empty @value for 3:10" },
	{ "- rule: r |   desc: d |   condition: evt.type=open |   output: x |   "
	  "priority: \"\"",
	  "E LOAD_ERR_YAML_VALIDATE: Value must be non-empty @value for 4:12" },
	{ "- rule: [a] |   desc: d |   condition: evt.type=open |   output: x |   "
	  "priority: INFO",
	  "E LOAD_ERR_YAML_VALIDATE: Value is not a scalar value @value for 0:8" },
	{ "- rule: r |   desc: [a] |   condition: evt.type=open |   output: x |   "
	  "priority: INFO",
	  "E LOAD_ERR_YAML_VALIDATE: Value is not a scalar value @value for 1:8" },
	{ "- rule: r |   desc: d |   condition: [a] |   output: x |   priority: INFO",
	  "E LOAD_ERR_YAML_VALIDATE: Value is not a scalar value @value for 2:13" },
	{ "- rule: r |   desc: d |   condition: evt.type=open |   output: [a] |   "
	  "priority: INFO",
	  "E LOAD_ERR_YAML_VALIDATE: Value is not a scalar value @value for 3:10" },
	{ "- rule: r |   desc: d |   condition: evt.type=open |   output: x |   "
	  "priority: [a]",
	  "E LOAD_ERR_YAML_VALIDATE: Value is not a scalar value @value for 4:12" },
	{ "- rule: r |   desc: d |   condition: evt.type=open |   output: x |   "
	  "priority: info",
	  "ok" },
	{ "- rule: r |   desc: d |   condition: evt.type=open |   output: x |   "
	  "priority: LOW",
	  "E LOAD_ERR_YAML_VALIDATE: Invalid priority @rule priority 4:12" },
	{ "- rule: r |   desc: d |   condition: evt.type=open |   output: x |   "
	  "priority: 3",
	  "E LOAD_ERR_YAML_VALIDATE: Invalid priority @rule priority 4:12" },
	{ "- rule: r |   desc: d |   condition: evt.type=open |   output: x |   "
	  "priority: inforMATIONAL",
	  "ok" },
	{ "<BASE> |   source:",
	  "E LOAD_ERR_YAML_VALIDATE: Mapping for key 'source' is empty @rule 0:2" },
	{ "<BASE> |   source: \"\"",
	  "E LOAD_ERR_YAML_VALIDATE: Value must be non-empty @value for 5:10" },
	{ "<BASE> |   source: foo",
	  "W LOAD_UNKNOWN_SOURCE: Unknown source foo, skipping @rule 0:2" },
	{ "<BASE> |   source: [a]",
	  "E LOAD_ERR_YAML_VALIDATE: Value is not a scalar value @value for 5:10" },
	{ "<BASE> |   enabled: yes",
	  "ok" },
	{ "<BASE> |   enabled: maybe",
	  "E LOAD_ERR_YAML_VALIDATE: Can't decode YAML scalar value @value for 5:11" },
	{ "<BASE> |   enabled: [a]",
	  "E LOAD_ERR_YAML_VALIDATE: Value is not a scalar value @value for 5:11" },
	{ "<BASE> |   enabled: \"\"",
	  "E LOAD_ERR_YAML_VALIDATE: Value must be non-empty @value for 5:11" },
	{ "<BASE> |   enabled: 0",
	  "E LOAD_ERR_YAML_VALIDATE: Can't decode YAML scalar value @value for 5:11" },
	{ "<BASE> |   enabled: True",
	  "ok" },
	{ "<BASE> |   enabled: FALSE",
	  "ok" },
	{ "<BASE> |   capture: true",
	  "ok" },
	{ "<BASE> |   capture: x",
	  "E LOAD_ERR_YAML_VALIDATE: Can't decode YAML scalar value @value for 5:11" },
	{ "<BASE> |   capture_duration: 5",
	  "ok" },
	{ "<BASE> |   capture_duration: -5",
	  "E LOAD_ERR_YAML_VALIDATE: Can't decode YAML scalar value @value for 5:20" },
	{ "<BASE> |   capture_duration: x",
	  "E LOAD_ERR_YAML_VALIDATE: Can't decode YAML scalar value @value for 5:20" },
	{ "<BASE> |   capture_duration: 1.5",
	  "E LOAD_ERR_YAML_VALIDATE: Can't decode YAML scalar value @value for 5:20" },
	{ "<BASE> |   capture_duration: [1]",
	  "E LOAD_ERR_YAML_VALIDATE: Value is not a scalar value @value for 5:20" },
	{ "<BASE> |   warn_evttypes: false",
	  "ok" },
	{ "<BASE> |   warn_evttypes: x",
	  "E LOAD_ERR_YAML_VALIDATE: Can't decode YAML scalar value @value for 5:17" },
	{ "<BASE> |   tags: x",
	  "E LOAD_ERR_YAML_VALIDATE: Value is not a sequence @value for 5:8" },
	{ "<BASE> |   tags: [a,b]",
	  "ok" },
	{ "<BASE> |   tags: []",
	  "ok" },
	{ "<BASE> |   tags: {a: b}",
	  "E LOAD_ERR_YAML_VALIDATE: Value is not a sequence @value for 5:8" },
	{ "<BASE> |   tags: [[a]]",
	  "E LOAD_ERR_YAML_VALIDATE: sequence value is not scalar @list item 5:9" },
	{ "<BASE> |   tags: [a,a,\"\"]",
	  "ok" },
	{ "<BASE> |   exceptions: x",
	  "E LOAD_ERR_YAML_VALIDATE: Rule exceptions must be a sequence @exceptions "
	  "5:14" },
	{ "<BASE> |   exceptions: []",
	  "ok" },
	{ "<BASE> |   exceptions: [a]",
	  "E LOAD_ERR_YAML_VALIDATE: Rule exception must be a mapping @exception 5:15" },
	{ "<BASE> |   exceptions: {a: b}",
	  "E LOAD_ERR_YAML_VALIDATE: Rule exceptions must be a sequence @exceptions "
	  "5:14" },
	{ "- rule: r |   desc: d |   condition: foo.bar=1 |   output: x |   priority: "
	  "INFO |   skip-if-unknown-filter: true",
	  "W LOAD_UNKNOWN_FILTER: filter_check called with nonexistent field foo.bar "
	  "@condition expression 3:14" },
	{ "- rule: r |   desc: d |   condition: evt.type=nosuch |   output: x |   "
	  "priority: INFO |   skip-if-unknown-filter: true",
	  "W LOAD_UNKNOWN_FILTER: unknown event type nosuch @condition expression 3:14" },
	{ "- rule: r |   desc: d |   condition: evt.type=open |   output: \"%foo.bar\" | "
	  "  priority: INFO |   skip-if-unknown-filter: true",
	  "W LOAD_UNKNOWN_FILTER: unknown filter: unexpected token after ' @rule "
	  "output 3:10" },
	{ "- rule: r |   desc: d |   condition: evt.type= |   output: x |   priority: "
	  "INFO |   skip-if-unknown-filter: true",
	  "E LOAD_ERR_COMPILE_CONDITION: expected a string value or a field with a "
	  "valid transformer: 'val', 'tolower', 'toupper', 'b64', 'basename', 'len', "
	  "'join', 'concat', 'getopt' @condition expression 3:23" },
	{ "<BASE> |   skip-if-unknown-filter: x",
	  "E LOAD_ERR_YAML_VALIDATE: Can't decode YAML scalar value @value for 5:26" },
	{ "<BASE> |   foo: bar",
	  "W LOAD_UNKNOWN_KEY: Unknown key 'foo'. The key will be ignored. @rule 0:2" },
	{ "<BASE> |   foo: bar |   condtion: x",
	  "W LOAD_UNKNOWN_KEY: Unknown key 'foo'. The key will be ignored. @rule 0:2" "\n"
	  "W LOAD_UNKNOWN_KEY: Unknown key 'condtion'. The key will be ignored. @rule "
	  "0:2" },
	{ "<BASE> | - rule: r |   enabled: false",
	  "W LOAD_DEPRECATED_ITEM: The standalone 'enabled' key usage is deprecated. "
	  "The correct approach requires also a 'replace' entry under the 'override' "
	  "key (i.e. 'enabled: replace'). @rule 5:2" },
	{ "- rule: r |   enabled: false",
	  "E LOAD_ERR_VALIDATE: Rule has 'enabled' key but no rule by that name "
	  "already exists @rule 0:2" "\n"
	  "W LOAD_DEPRECATED_ITEM: The standalone 'enabled' key usage is deprecated. "
	  "The correct approach requires also a 'replace' entry under the 'override' "
	  "key (i.e. 'enabled: replace'). @rule 0:2" },
	{ "- rule: r",
	  "E LOAD_ERR_YAML_VALIDATE: Item has no mapping for key 'enabled' @rule 0:2" },
	{ "<BASE> | - rule: r |   enabled: false |   tags: [a]",
	  "W LOAD_DEPRECATED_ITEM: The standalone 'enabled' key usage is deprecated. "
	  "The correct approach requires also a 'replace' entry under the 'override' "
	  "key (i.e. 'enabled: replace'). @rule 5:2" },
	{ "- macro: m |   condition: evt.type=open | - rule: r |   desc: d |   "
	  "condition: m |   output: x |   priority: INFO",
	  "ok" },
	{ "- macro: m",
	  "E LOAD_ERR_YAML_VALIDATE: Item has no mapping for key 'condition' @macro 0:2" },
	{ "- macro: |   condition: a",
	  "E LOAD_ERR_YAML_VALIDATE: Mapping for key 'macro' is empty @macro 0:2" },
	{ "- macro: m |   condition:",
	  "E LOAD_ERR_YAML_VALIDATE: Mapping for key 'condition' is empty @macro 0:2" },
	{ "- macro: m |   condition: [a]",
	  "E LOAD_ERR_YAML_VALIDATE: Value is not a scalar value @value for 1:13" },
	{ "- macro: m |   condition: evt.type= | <BASE>",
	  "E LOAD_ERR_COMPILE_CONDITION: expected a string value or a field with a "
	  "valid transformer: 'val', 'tolower', 'toupper', 'b64', 'basename', 'len', "
	  "'join', 'concat', 'getopt' @condition expression 2:23" },
	{ "- macro: m |   condition: foo.bar=1 | <BASE>",
	  "W LOAD_UNUSED_MACRO: Macro not referred to by any other rule/macro @macro "
	  "0:2" },
	{ "- macro: m |   condition: foo.bar=1 | - rule: r |   desc: d |   condition: "
	  "evt.type=open and m |   output: x |   priority: INFO",
	  "E LOAD_ERR_COMPILE_CONDITION: filter_check called with nonexistent field "
	  "foo.bar @condition expression 5:14" },
	{ "- macro: m |   condition: evt.type=open | <BASE>",
	  "W LOAD_UNUSED_MACRO: Macro not referred to by any other rule/macro @macro "
	  "0:2" },
	{ "- macro: m |   condition: zz | <BASE>",
	  "E LOAD_ERR_VALIDATE: Undefined macro 'zz' used in filter. @condition "
	  "expression 1:3" },
	{ "- macro: m |   condition: m | <BASE>",
	  "E LOAD_ERR_VALIDATE: Undefined macro 'm' used in filter. @condition "
	  "expression 1:3" },
	{ "- macro: a |   condition: b | - macro: b |   condition: a | - rule: r |   "
	  "desc: d |   condition: a |   output: x |   priority: INFO",
	  "E LOAD_ERR_VALIDATE: Undefined macro 'b' used in filter. @condition "
	  "expression 1:3" },
	{ "- macro: a |   condition: b | - macro: b |   condition: evt.type=open | - "
	  "rule: r |   desc: d |   condition: a |   output: x |   priority: INFO",
	  "E LOAD_ERR_VALIDATE: Undefined macro 'b' used in filter. @condition "
	  "expression 1:3" },
	{ "- macro: b |   condition: evt.type=open | - macro: a |   condition: b | - "
	  "rule: r |   desc: d |   condition: a |   output: x |   priority: INFO",
	  "ok" },
	{ "- rule: r |   desc: d |   condition: a |   output: x |   priority: INFO | - "
	  "macro: a |   condition: evt.type=open",
	  "ok" },
	{ "- macro: a-b |   condition: evt.type=open | - rule: r |   desc: d |   "
	  "condition: a-b |   output: x |   priority: INFO",
	  "E LOAD_ERR_COMPILE_CONDITION: unexpected token after 'a', expecting 'or', "
	  "'and' @condition expression 5:15" "\n"
	  "W LOAD_INVALID_MACRO_NAME: Macro has an invalid name. Macro names should "
	  "match a regular expression: ([a-zA-Z]+[a-zA-Z0-9_]*) @macro 0:2" },
	{ "- macro: 1a |   condition: evt.type=open | <BASE>",
	  "W LOAD_INVALID_MACRO_NAME: Macro has an invalid name. Macro names should "
	  "match a regular expression: ([a-zA-Z]+[a-zA-Z0-9_]*) @macro 0:2" "\n"
	  "W LOAD_UNUSED_MACRO: Macro not referred to by any other rule/macro @macro "
	  "0:2" },
	{ "- macro: a.b |   condition: evt.type=open | - rule: r |   desc: d |   "
	  "condition: a.b |   output: x |   priority: INFO",
	  "E LOAD_ERR_COMPILE_CONDITION: expected a valid check operator: one of "
	  "'exists', '<=', '<', '>=', '>', '==', '=', '!=', 'glob', 'iglob', "
	  "'contains', 'icontains', 'bcontains', 'startswith', 'bstartswith', "
	  "'endswith', 'regex', 'intersects', 'in', 'pmatch' @condition expression 5:17" "\n"
	  "W LOAD_INVALID_MACRO_NAME: Macro has an invalid name. Macro names should "
	  "match a regular expression: ([a-zA-Z]+[a-zA-Z0-9_]*) @macro 0:2" },
	{ "- macro: a |   condition: evt.type=open |   foo: 1 | - rule: r |   desc: d "
	  "|   condition: a |   output: x |   priority: INFO",
	  "W LOAD_UNKNOWN_KEY: Unknown key 'foo'. The key will be ignored. @macro 0:2" },
	{ "- macro: a |   condition: zz | - macro: a |   condition: evt.type=open | - "
	  "rule: r |   desc: d |   condition: a |   output: x |   priority: INFO",
	  "ok" },
	{ "- list: l |   items: [a] | - rule: r |   desc: d |   condition: "
	  "evt.type=open and proc.name in (l) |   output: x |   priority: INFO",
	  "ok" },
	{ "- list: l | <BASE>",
	  "E LOAD_ERR_YAML_VALIDATE: Item has no mapping for key 'items' @list 0:2" },
	{ "- list: l |   items: a | <BASE>",
	  "E LOAD_ERR_YAML_VALIDATE: Value is not a sequence @value for 1:9" },
	{ "- list: l |   items: | <BASE>",
	  "E LOAD_ERR_YAML_VALIDATE: Value is not a sequence @value for 2:0" },
	{ "- list: l |   items: [] | <BASE>",
	  "W LOAD_UNUSED_LIST: List not referred to by any other rule/macro @list 0:2" },
	{ "- list: l |   items: [[a]] | <BASE>",
	  "E LOAD_ERR_YAML_VALIDATE: sequence value is not scalar @list item 1:10" },
	{ "- list: l |   items: [{a: b}] | <BASE>",
	  "E LOAD_ERR_YAML_VALIDATE: sequence value is not scalar @list item 1:10" },
	{ "- list: l |   items: [\"\",a] | <BASE>",
	  "W LOAD_UNUSED_LIST: List not referred to by any other rule/macro @list 0:2" },
	{ "- list: l |   items: [~,a] | - rule: r |   desc: d |   condition: "
	  "evt.type=open and proc.name in (l) |   output: x |   priority: INFO",
	  "E LOAD_ERR_YAML_VALIDATE: sequence value is not scalar @list item 1:10" },
	{ "- list: |   items: [a]",
	  "E LOAD_ERR_YAML_VALIDATE: Mapping for key 'list' is empty @list 0:2" },
	{ "- list: \"a b\" |   items: [a] | <BASE>",
	  "W LOAD_INVALID_LIST_NAME: List has an invalid name. List names should match "
	  "a regular expression: ([^()\"'[:space:]=,]+) @list 0:2" "\n"
	  "W LOAD_UNUSED_LIST: List not referred to by any other rule/macro @list 0:2" },
	{ "- list: l |   items: [a] | <BASE>",
	  "W LOAD_UNUSED_LIST: List not referred to by any other rule/macro @list 0:2" },
	{ "- list: l |   items: [a] |   foo: 1 | <BASE>",
	  "W LOAD_UNKNOWN_KEY: Unknown key 'foo'. The key will be ignored. @list 0:2" "\n"
	  "W LOAD_UNUSED_LIST: List not referred to by any other rule/macro @list 0:2" },
	{ "- rule: r |   macro: m |   condition: evt.type=open",
	  "W LOAD_UNKNOWN_KEY: Unknown key 'rule'. The key will be ignored. @macro 0:2" "\n"
	  "W LOAD_UNUSED_MACRO: Macro not referred to by any other rule/macro @macro "
	  "0:2" },
	{ "- rule: r |   list: l |   items: [a]",
	  "W LOAD_UNKNOWN_KEY: Unknown key 'rule'. The key will be ignored. @list 0:2" "\n"
	  "W LOAD_UNUSED_LIST: List not referred to by any other rule/macro @list 0:2" },
	{ "- rule: r |   rule: q |   desc: d |   condition: evt.type=open |   output: "
	  "x |   priority: INFO",
	  "ok" },
	{ "- required_engine_version: 5 | <BASE>",
	  "ok" },
	{ "- required_engine_version: \"5\" | <BASE>",
	  "ok" },
	{ "- required_engine_version: 0.5.0 | <BASE>",
	  "ok" },
	{ "- required_engine_version: \"0.62.0\" | <BASE>",
	  "ok" },
	{ "- required_engine_version: 0.63.0 | <BASE>",
	  "E LOAD_ERR_VALIDATE: Rules require engine version 0.63.0, but engine "
	  "version is 0.62.0 @required_engine_version 0:2" },
	{ "- required_engine_version: \"0.63.0\" | <BASE>",
	  "E LOAD_ERR_VALIDATE: Rules require engine version 0.63.0, but engine "
	  "version is 0.62.0 @required_engine_version 0:2" },
	{ "- required_engine_version: 62 | <BASE>",
	  "ok" },
	{ "- required_engine_version: 63 | <BASE>",
	  "E LOAD_ERR_VALIDATE: Rules require engine version 0.63.0, but engine "
	  "version is 0.62.0 @required_engine_version 0:2" },
	{ "- required_engine_version: 1.0.0 | <BASE>",
	  "E LOAD_ERR_VALIDATE: Rules require engine version 1.0.0, but engine version "
	  "is 0.62.0 @required_engine_version 0:2" },
	{ "- required_engine_version: \"abc\" | <BASE>",
	  "E LOAD_ERR_YAML_VALIDATE: Unable to parse engine version 'abc' as a semver "
	  "string. Expected \"x.y.z\" semver format. @required_engine_version 0:2" },
	{ "- required_engine_version: [5] | <BASE>",
	  "E LOAD_ERR_YAML_VALIDATE: Value is not a scalar value @value for 0:27" },
	{ "- required_engine_version: -1 | <BASE>",
	  "E LOAD_ERR_YAML_VALIDATE: Unable to parse engine version '-1' as a semver "
	  "string. Expected \"x.y.z\" semver format. @required_engine_version 0:2" },
	{ "- required_engine_version:  | <BASE>",
	  "E LOAD_ERR_YAML_VALIDATE: Mapping for key 'required_engine_version' is "
	  "empty @required_engine_version 0:2" },
	{ "- required_engine_version: 0 | <BASE>",
	  "ok" },
	{ "- required_engine_version: 1.5 | <BASE>",
	  "E LOAD_ERR_YAML_VALIDATE: Unable to parse engine version '1.5' as a semver "
	  "string. Expected \"x.y.z\" semver format. @required_engine_version 0:2" },
	{ "- required_engine_version: \"0.5\" | <BASE>",
	  "E LOAD_ERR_YAML_VALIDATE: Unable to parse engine version '0.5' as a semver "
	  "string. Expected \"x.y.z\" semver format. @required_engine_version 0:2" },
	{ "- required_engine_version: \"0.5.0-rc1\" | <BASE>",
	  "ok" },
	{ "- required_plugin_versions: x | <BASE>",
	  "E LOAD_ERR_YAML_VALIDATE: Value of required_plugin_versions must be a "
	  "sequence @required plugin versions 0:28" },
	{ "- required_plugin_versions: [] | <BASE>",
	  "ok" },
	{ "- required_plugin_versions: [x] | <BASE>",
	  "E LOAD_ERR_YAML_VALIDATE: Plugin version must be a mapping @required plugin "
	  "versions entry 0:29" },
	{ "- required_plugin_versions: [{name: a}] | <BASE>",
	  "E LOAD_ERR_YAML_VALIDATE: Item has no mapping for key 'version' @required "
	  "plugin versions entry 0:29" },
	{ "- required_plugin_versions: [{name: a, version: 1}] | <BASE>",
	  "E LOAD_ERR_VALIDATE: Invalid required version '1' for plugin 'a' @required "
	  "plugin versions entry 0:29" },
	{ "- required_plugin_versions: [{name: a, version: 0.1.0}] | <BASE>",
	  "ok" },
	{ "- required_plugin_versions: [{version: 0.1.0}] | <BASE>",
	  "E LOAD_ERR_YAML_VALIDATE: Item has no mapping for key 'name' @required "
	  "plugin versions entry 0:29" },
	{ "- required_plugin_versions: [{name: a, version: 0.1.0, alternatives: "
	  "[{name: b, version: 0.2.0}]}] | <BASE>",
	  "ok" },
	{ "- required_plugin_versions: [{name: a, version: 0.1.0, alternatives: x}] | "
	  "<BASE>",
	  "E LOAD_ERR_YAML_VALIDATE: Value of plugin version alternatives must be a "
	  "sequence @required plugin versions entry 0:29" },
	{ "- required_plugin_versions: {name: a, version: 0.1.0} | <BASE>",
	  "E LOAD_ERR_YAML_VALIDATE: Value of required_plugin_versions must be a "
	  "sequence @required plugin versions 0:28" },
	{ "- required_plugin_versions: [{name: a, version: 0.1.0, alternatives: "
	  "[{name: b}]}] | <BASE>",
	  "E LOAD_ERR_YAML_VALIDATE: Item has no mapping for key 'version' @required "
	  "plugin versions alternative 0:70" },
	{ "- required_plugin_versions: [{name: a, version: 0.1.0, foo: 1}] | <BASE>",
	  "ok" },
	/* --- exceptions, append, override --- */
	{ "<BASE> |   exceptions: [{name: a}]",
	  "E LOAD_ERR_YAML_VALIDATE: Item has no mapping for key 'fields' @exception "
	  "5:15" },
	{ "<BASE> |   exceptions: [{name: \"\"}]",
	  "E LOAD_ERR_YAML_VALIDATE: Value must be non-empty @value for 5:22" },
	{ "<BASE> |   exceptions: [{fields: proc.name}]",
	  "E LOAD_ERR_YAML_VALIDATE: Item has no mapping for key 'name' @exception 5:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: [proc.name]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: []}]",
	  "E LOAD_ERR_VALIDATE: Rule exception item must have fields property with a "
	  "list of fields @exception 5:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x,y]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: x}]",
	  "E LOAD_ERR_YAML_VALIDATE: Rule exception values must be a sequence "
	  "@exception values 5:52" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [[x,y]]}]",
	  "E LOAD_ERR_VALIDATE: Expected values array to contain a list of strings "
	  "@exception 5:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: []}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [\"a b\"]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [{x: y}]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: [proc.name], values: [x,y]}]",
	  "E LOAD_ERR_VALIDATE: Fields and values lists must have equal length "
	  "@exception 5:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: [proc.name], values: [[x],[y]]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: [proc.name,fd.name], values: "
	  "[[x,y],[z,w]]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: [proc.name,fd.name], values: "
	  "[[x,y],[z]]}]",
	  "E LOAD_ERR_VALIDATE: Fields and values lists must have equal length "
	  "@exception 5:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: [proc.name,fd.name], values: "
	  "[[x,y,z]]}]",
	  "E LOAD_ERR_VALIDATE: Fields and values lists must have equal length "
	  "@exception 5:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: [proc.name,fd.name], comps: "
	  "[in,startswith], values: [[[x,y],z]]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: [proc.name,fd.name], comps: "
	  "[in,startswith], values: [[x,z]]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: [proc.name,fd.name], comps: [in], "
	  "values: []}]",
	  "E LOAD_ERR_VALIDATE: Fields and comps lists must have equal length "
	  "@exception 5:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: [proc.name,fd.name], comps: in}]",
	  "E LOAD_ERR_VALIDATE: Fields and comps lists must have equal length "
	  "@exception 5:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, comps: [in]}]",
	  "E LOAD_ERR_VALIDATE: Fields and comps must both be strings @exception 5:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, comps: \"=\"}]",
	  "E LOAD_ERR_VALIDATE: When fields is a single value, comps must be one of "
	  "(in, pmatch, intersects) or a modifier operator (e.g. startswith oneof) "
	  "@exception 5:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, comps: startswith, "
	  "values: [x]}]",
	  "E LOAD_ERR_VALIDATE: When fields is a single value, comps must be one of "
	  "(in, pmatch, intersects) or a modifier operator (e.g. startswith oneof) "
	  "@exception 5:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, comps: pmatch, values: "
	  "[x]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, comps: intersects, "
	  "values: [x]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, comps: \"startswith "
	  "anyof\", values: [x,y]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, comps: \"= oneof\", "
	  "values: [x,y]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, comps: no-comp}]",
	  "E LOAD_ERR_VALIDATE: When fields is a single value, comps must be one of "
	  "(in, pmatch, intersects) or a modifier operator (e.g. startswith oneof) "
	  "@exception 5:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: [proc.name], comps: [no-comp]}]",
	  "E LOAD_ERR_VALIDATE: 'no-comp' is not a supported comparison operator "
	  "@exception 5:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: [proc.name], comps: [exists], "
	  "values: [[x]]}]",
	  "E LOAD_ERR_COMPILE_CONDITION: expected a ')' token @condition expression "
	  "3:57" },
	{ "<BASE> |   exceptions: [{name: a, fields: [proc.name], comps: [\"= anyof\"], "
	  "values: [[[x,y]]]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: [proc.name], comps: [pmatch], "
	  "values: [[x]]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: not.exist}]",
	  "E LOAD_ERR_VALIDATE: 'not.exist' is not a supported filter field @exception "
	  "5:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: [not.exist]}]",
	  "E LOAD_ERR_VALIDATE: 'not.exist' is not a supported filter field @exception "
	  "5:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: tolower(proc.name), values: [x]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: [tolower(proc.name)], values: "
	  "[[x]]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: \"proc.aname[1]\", values: [x]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: evt.type, values: [nosuch]}]",
	  "E LOAD_ERR_COMPILE_CONDITION: unknown event type nosuch @condition "
	  "expression 3:39" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.pid, values: [x]}]",
	  "E LOAD_ERR_COMPILE_CONDITION: x is not a valid number @condition expression "
	  "3:39" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x], foo: 1}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name},{name: a, fields: "
	  "fd.name}]",
	  "W LOAD_EXCEPTION_NAME_NOT_UNIQUE: Multiple definitions of exception 'a' in "
	  "the same rule @exception 5:44" },
	{ "<BASE> |   exceptions: [{name: a, fields: {a: b}}]",
	  "E LOAD_ERR_VALIDATE: Rule exception item must have fields property with a "
	  "list of fields @exception 5:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, comps: {a: b}}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [\"\"]}]",
	  "E LOAD_ERR_YAML_VALIDATE: Value must be non-empty @value for 5:53" },
	{ "<BASE> |   exceptions: [{name: a, fields: [proc.name], values: [[\"\"]]}]",
	  "E LOAD_ERR_YAML_VALIDATE: Value must be non-empty @value for 5:56" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [\"it's\"]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: ['a\"b']}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: ['\"a b\"']}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: [proc.name], values: [['a\"b c']]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: [proc.name], comps: [in], values: "
	  "[[\"(a,b)\"]]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: [proc.name], values: "
	  "[['val(proc.pname)']]}]",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [5, true, ~]}]",
	  "E LOAD_ERR_COMPILE_CONDITION: expected a string value @condition expression "
	  "3:62" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   exceptions: [{name: a, values: [y]}] |   append: true",
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   exceptions: [{name: a, fields: fd.name, values: [y]}] |   "
	  "append: true",
	  "E LOAD_ERR_VALIDATE: Can not append exception fields to existing exception, "
	  "only values @exception 7:15" "\n"
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   exceptions: [{name: a, comps: in, values: [y]}] |   append: true",
	  "E LOAD_ERR_VALIDATE: Can not append exception comps to existing exception, "
	  "only values @exception 7:15" "\n"
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   exceptions: [{name: a}] |   append: true",
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @rule 6:2" "\n"
	  "W LOAD_APPEND_NO_VALUES: Overriding/appending exception with no values "
	  "@exception 7:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   exceptions: [{name: b, fields: fd.name, values: [y]}] |   "
	  "append: true",
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   exceptions: [{name: b, values: [y]}] |   append: true",
	  "E LOAD_ERR_VALIDATE: Rule exception must have fields property with a list "
	  "of fields @exception 7:15" "\n"
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   exceptions: [{name: b, fields: fd.name}] |   append: true",
	  "E LOAD_ERR_VALIDATE: Rule exception must have values property with a list "
	  "of values @exception 7:15" "\n"
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @rule 6:2" "\n"
	  "W LOAD_APPEND_NO_VALUES: Overriding/appending exception with no values "
	  "@exception 7:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   exceptions: [{values: [y]}] |   append: true",
	  "E LOAD_ERR_YAML_VALIDATE: Item has no mapping for key 'name' @exception 7:15" "\n"
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: and proc.name=x |   append: true",
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: proc.name=x |   append: true",
	  "E LOAD_ERR_COMPILE_CONDITION: expected a ')' token @condition expression "
	  "3:29" "\n"
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   append: true",
	  "E LOAD_ERR_VALIDATE: Appended rule must have exceptions or condition "
	  "property @rule 6:2" "\n"
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   tags: [a] |   append: true",
	  "E LOAD_ERR_VALIDATE: Appended rule must have exceptions or condition "
	  "property @rule 6:2" "\n"
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: zz |   condition: and a |   append: true",
	  "E LOAD_ERR_VALIDATE: Rule uses 'append' or 'override.<key>: append' but no "
	  "rule by that name already exists @rule 6:2" "\n"
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: and proc.name=x |   output: y |   append: true",
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r2 |   desc: d |   condition: evt.type=open |   output: x |   "
	  "priority: INFO |   append: false",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "macro: m |   condition: or evt.type=close |   append: true",
	  "E LOAD_ERR_VALIDATE: Macro uses 'append' or 'override.condition: append' "
	  "but no macro by that name already exists @macro 6:2" "\n"
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @macro 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "macro: m |   condition: evt.type=open | - macro: m |   condition: or "
	  "evt.type=close |   append: true | - rule: q |   desc: d |   condition: m |  "
	  " output: x |   priority: INFO",
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @macro 8:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "macro: m |   condition: evt.type=open | - macro: m |   condition: "
	  "evt.type=close |   append: true",
	  "E LOAD_ERR_COMPILE_CONDITION: unexpected token after 'open', expecting "
	  "'or', 'and' @condition expression 8:28" "\n"
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @macro 8:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "list: l |   items: [a] |   append: true",
	  "E LOAD_ERR_VALIDATE: List uses 'append' or 'override.items: append' but no "
	  "list by that name already exists @list 6:2" "\n"
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @list 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "list: l |   items: [a] | - list: l |   items: [b] |   append: true",
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @list 8:2" "\n"
	  "W LOAD_UNUSED_LIST: List not referred to by any other rule/macro @list 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "list: l |   items: [a] |   append: maybe",
	  "E LOAD_ERR_YAML_VALIDATE: Can't decode YAML scalar value @value for 8:10" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: and proc.name=x |   override: {condition: append}",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: evt.type=close |   override: {condition: replace}",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   override: {condition: replace}",
	  "E LOAD_ERR_YAML_VALIDATE: An replace override for 'condition' was specified "
	  "but 'condition' is not defined @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: evt.type=close |   output: y |   override: "
	  "{condition: replace}",
	  "E LOAD_ERR_YAML_VALIDATE: Unexpected key 'output': no corresponding entry "
	  "under 'override' is defined. @overrides 8:10" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   output: y |   override: {output: append}",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   desc: y |   override: {desc: append}",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   priority: INFO |   override: {priority: append}",
	  "E LOAD_ERR_YAML_VALIDATE: Key 'priority' cannot be appended to, use "
	  "'replace' instead @overrides 8:13" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   priority: ERROR |   override: {priority: replace}",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   priority: x |   override: {priority: replace}",
	  "E LOAD_ERR_YAML_VALIDATE: Invalid priority @rule priority 7:12" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   tags: [a] |   override: {tags: append}",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   tags: [a] |   override: {tags: replace}",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   enabled: false |   override: {enabled: replace}",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   enabled: false |   override: {enabled: append}",
	  "E LOAD_ERR_YAML_VALIDATE: Key 'enabled' cannot be appended to, use "
	  "'replace' instead @overrides 8:13" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   enabled: x |   override: {enabled: replace}",
	  "E LOAD_ERR_YAML_VALIDATE: Can't decode YAML scalar value @value for 7:11" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   capture: true |   override: {capture: replace}",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   capture_duration: 5 |   override: {capture_duration: replace}",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   warn_evttypes: false |   override: {warn_evttypes: replace}",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   skip-if-unknown-filter: true |   override: "
	  "{skip-if-unknown-filter: replace}",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   source: syscall |   override: {source: replace}",
	  "E LOAD_ERR_YAML_VALIDATE: Key 'source' cannot be replaced @overrides 8:13" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   exceptions: [{name: q, fields: proc.name, values: [z]}] |   "
	  "override: {exceptions: replace}",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   exceptions: [{name: q, fields: no.such, values: [z]}] |   "
	  "override: {exceptions: replace}",
	  "E LOAD_ERR_VALIDATE: 'no.such' is not a supported filter field @exception "
	  "7:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   exceptions: [{name: a, values: [z]}] |   override: {exceptions: "
	  "replace}",
	  "E LOAD_ERR_YAML_VALIDATE: Item has no mapping for key 'fields' @exception "
	  "7:15" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   exceptions: [{name: a, values: [z]}] |   override: {exceptions: "
	  "append}",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: and x=1 |   override: {condition: merge}",
	  "E LOAD_ERR_YAML_VALIDATE: Invalid override operation for key 'condition': "
	  "'merge'. Allowed values are: append replace  @value for 8:24" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   foo: 1 |   override: {foo: append}",
	  "E LOAD_ERR_YAML_VALIDATE: Key 'foo' cannot be appended to, use 'replace' "
	  "instead @overrides 8:13" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: a |   override: [condition]",
	  "E LOAD_ERR_YAML_VALIDATE: Value of 'override' must be a mapping @overrides "
	  "8:12" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: a |   override: append",
	  "E LOAD_ERR_YAML_VALIDATE: Item has no mapping for key 'output' @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: and proc.name=x |   override: {}",
	  "E LOAD_ERR_YAML_VALIDATE: Item has no mapping for key 'output' @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: and proc.name=x |   append: true |   override: "
	  "{condition: append}",
	  "E LOAD_ERR_YAML_VALIDATE: Keys 'override' and 'append: true' cannot be used "
	  "together. Add an 'append' entry (e.g. 'condition: append') under 'override' "
	  "instead. @rule 6:2" "\n"
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: zz |   condition: and proc.name=x |   override: {condition: append}",
	  "E LOAD_ERR_VALIDATE: Rule uses 'append' or 'override.<key>: append' but no "
	  "rule by that name already exists @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: zz |   condition: evt.type=close |   override: {condition: replace}",
	  "E LOAD_ERR_VALIDATE: An 'override.<key>: replace' to a rule was requested "
	  "but no rule by that name already exists @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: and proc.name=x |   output: y |   override: "
	  "{condition: append, output: replace}",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: and proc.name=x |   priority: INFO |   override: "
	  "{condition: append}",
	  "E LOAD_ERR_YAML_VALIDATE: Unexpected key 'priority': no corresponding entry "
	  "under 'override' is defined. @overrides 8:12" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: and proc.name=x |   enabled: false |   override: "
	  "{condition: append}",
	  "E LOAD_ERR_YAML_VALIDATE: Unexpected key 'enabled': no corresponding entry "
	  "under 'override' is defined. @overrides 8:11" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: and proc.name=x |   warn_evttypes: false |   "
	  "override: {condition: append}",
	  "E LOAD_ERR_YAML_VALIDATE: Unexpected key 'warn_evttypes': no corresponding "
	  "entry under 'override' is defined. @overrides 8:17" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: and proc.name=x |   source: syscall |   override: "
	  "{condition: append}",
	  "ok" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: and proc.name=x |   skip-if-unknown-filter: false |  "
	  " override: {condition: append}",
	  "E LOAD_ERR_YAML_VALIDATE: Unexpected key 'skip-if-unknown-filter': no "
	  "corresponding entry under 'override' is defined. @overrides 8:26" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: and proc.name=x |   foo: false |   override: "
	  "{condition: append}",
	  "W LOAD_UNKNOWN_KEY: Unknown key 'foo'. The key will be ignored. @rule 6:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [x]}] | - "
	  "rule: r |   condition: and proc.name=x |   override: {condition: APPEND}",
	  "E LOAD_ERR_YAML_VALIDATE: Invalid override operation for key 'condition': "
	  "'APPEND'. Allowed values are: append replace  @value for 8:24" },
	{ "- list: l |   items: [a] | - list: l |   items: [b] |   override: {items: "
	  "append}",
	  "W LOAD_UNUSED_LIST: List not referred to by any other rule/macro @list 0:2" },
	{ "- list: l |   items: [b] |   override: {items: append}",
	  "E LOAD_ERR_VALIDATE: List uses 'append' or 'override.items: append' but no "
	  "list by that name already exists @list 0:2" },
	{ "- list: l |   items: [b] |   override: {items: replace}",
	  "W LOAD_UNUSED_LIST: List not referred to by any other rule/macro @list 0:2" },
	{ "- list: l |   items: [b] |   override: {condition: replace}",
	  "E LOAD_ERR_YAML_VALIDATE: Key 'condition' cannot be replaced @overrides 2:13" },
	{ "- list: l |   override: {items: replace}",
	  "E LOAD_ERR_YAML_VALIDATE: Item has no mapping for key 'items' @list 0:2" },
	{ "- list: l |   items: [b] |   append: true |   override: {items: append}",
	  "E LOAD_ERR_YAML_VALIDATE: Keys 'override' and 'append: true' cannot be used "
	  "together. Add an 'append' entry (e.g. 'condition: append') under 'override' "
	  "instead. @list 0:2" "\n"
	  "W LOAD_DEPRECATED_ITEM: 'append' key is deprecated. Add an 'append' entry "
	  "(e.g. 'condition: append') under 'override' instead. @list 0:2" },
	{ "- macro: l |   condition: or evt.type=open |   override: {condition: append}",
	  "E LOAD_ERR_VALIDATE: Macro uses 'append' or 'override.condition: append' "
	  "but no macro by that name already exists @macro 0:2" },
	{ "- macro: l |   condition: evt.type=open |   override: {condition: replace}",
	  "W LOAD_UNUSED_MACRO: Macro not referred to by any other rule/macro @macro "
	  "0:2" },
	{ "- macro: l |   condition: evt.type=open |   override: {output: replace}",
	  "E LOAD_ERR_YAML_VALIDATE: Key 'output' cannot be replaced @overrides 2:13" },
	{ "<BASE> | - rule: r |   source: foo |   desc: d |   condition: evt.type=open "
	  "|   output: x |   priority: INFO",
	  "E LOAD_ERR_VALIDATE: Rule has been re-defined with a different source @rule "
	  "5:2" },
	{ "<BASE> | <BASE>",
	  "ok" },
	{ "<BASE> | - rule: r |   source: syscall |   desc: d |   condition: "
	  "evt.type=open |   output: x |   priority: INFO",
	  "ok" },
	/* --- ours only --- */
	{ "- macro: a |   condition: evt.type=open | - macro: b |   condition: a | - macro: a |   "
	  "condition: and b |   override: {condition: append} | - rule: r |   desc: d |   "
	  "condition: a |   output: x |   priority: INFO",
	  "E LOAD_ERR_VALIDATE: Macro 'a' is part of itself @macro 0:2" },
	{ "- list: l1 |   items: [l2] | - list: l2 |   items: [l1,cat] | - rule: r |   desc: d |   "
	  "condition: evt.type=open and proc.name in (l1) |   output: x |   priority: INFO",
	  "W LOAD_COMPILE_CONDITION: List 'l1' is part of itself through list 'l2': the inner name "
	  "is taken for a plain value @list 2:2" },
	{ "<BASE> |   exceptions: [{name: a, fields: proc.name, values: [[x]]}]",
	  "E LOAD_ERR_VALIDATE: Expected values array to contain a list of strings @exception "
	  "5:15" },
	{ "<BASE> | - rule: r |   exceptions: [{name: q, fields: [proc.name], values: [[a, b]]}] "
	  "|   override: {exceptions: replace}",
	  "E LOAD_ERR_VALIDATE: Fields and values lists must have equal length @exception 6:15" },
	{ "<BASE> |   capture_duration: 4294967296",
	  "E LOAD_ERR_YAML_VALIDATE: Can't decode YAML scalar value @value for 5:20" },
	{ "- rule: r |   desc: d |   condition: evt.type in () |   output: x |   priority: INFO",
	  "W LOAD_NO_EVTTYPE: Rule matches too many evt.type values. This has a significant "
	  "performance penalty. @rule 0:2" },
	{ "- rule: r |   desc: d |   condition: evt.type in () |   output: x |   priority: INFO |   "
	  "warn_evttypes: false",
	  "ok" },
	{ "- rule: r |   desc: d |   condition: evt.type=open |   output: '%container.info' |   "
	  "priority: INFO",
	  "E LOAD_ERR_COMPILE_OUTPUT: empty formatting token @rule output 3:10\n"
	  "W LOAD_DEPRECATED_ITEM: %container.info is deprecated and adds nothing to the output "
	  "@rule output 3:10" },
	{ "- rule: r |   desc: d |   condition: evt.type=open |   output: 'x %nosuch.f' |   "
	  "priority: INFO",
	  "E LOAD_ERR_COMPILE_OUTPUT: unknown filter: unexpected token after ' @rule output "
	  "3:10" },
	{ "- rule: r |   desc: d |   condition: evt.latency>1 and evt.type=open |   output: x |   "
	  "priority: INFO",
	  "W LOAD_DEPRECATED_ITEM: field is not available due to the drop of enter events. "
	  "@condition expression 2:13" },
};

/* --- helpers --------------------------------------------------------------------------------- */

/* A case's text as a file. The caller frees it. */
static char *file_of(const char *in)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 20);

	while (*in) {
		if (!strncmp(in, " | ", 3)) {
			buf_byte(&b, '\n');
			in += 3;
		} else if (!strncmp(in, "<BASE>", 6)) {
			buf_c(&b, BASE);
			in += 6;
		} else {
			buf_byte(&b, *in++);
		}
	}
	buf_byte(&b, '\n');
	assert_int_equal(buf_error(&b), 0);
	return str_dup(buf_str(&b));
}

static struct rule_loader *new_loader(const struct rule_loader_options *options)
{
	struct rule_loader *l;

	assert_int_equal(rule_loader_new(options, &l), 0);
	return l;
}

static const struct load_result *add_named(struct rule_loader *l, const char *name,
					   const char *in)
{
	const struct load_result *r = NULL;
	char *text = file_of(in);
	int e = rule_loader_add(l, name, str_c(text), &r);

	free(text);
	assert_non_null(r);
	assert_int_equal(e, load_result_ok(r) ? 0 : -EBADMSG);
	return r;
}

static const struct load_result *add(struct rule_loader *l, const char *in)
{
	return add_named(l, "t.yaml", in);
}

static void add_ok(struct rule_loader *l, const char *in)
{
	const struct load_result *r = add(l, in);

	if (!load_result_ok(r))
		fail_msg("%s", r->errors.first->message);
}

static const char *code_names[LOAD_CODES];

static void find_code_names(void)
{
	static const char *const all[] = {
		"LOAD_ERR_FILE_READ", "LOAD_ERR_YAML_PARSE", "LOAD_ERR_YAML_VALIDATE",
		"LOAD_ERR_COMPILE_CONDITION", "LOAD_ERR_COMPILE_OUTPUT", "LOAD_ERR_VALIDATE",
		"LOAD_ERR_EXTENSION", "LOAD_UNKNOWN_SOURCE", "LOAD_UNSAFE_NA_CHECK",
		"LOAD_NO_EVTTYPE", "LOAD_UNKNOWN_FILTER", "LOAD_UNUSED_MACRO", "LOAD_UNUSED_LIST",
		"LOAD_UNKNOWN_ITEM", "LOAD_DEPRECATED_ITEM", "LOAD_WARNING_EXTENSION",
		"LOAD_APPEND_NO_VALUES", "LOAD_EXCEPTION_NAME_NOT_UNIQUE",
		"LOAD_INVALID_MACRO_NAME", "LOAD_INVALID_LIST_NAME", "LOAD_COMPILE_CONDITION",
		"LOAD_UNKNOWN_KEY",
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		enum load_code code = load_code_find(all[i]);

		assert_int_not_equal(code, LOAD_CODES);
		assert_null(code_names[code]);
		code_names[code] = all[i];
	}
}

static void append_short(struct buf *b, char kind, const struct findings *list)
{
	for (const struct finding *f = list->first; f; f = f->next)
		buf_printf(b, "%s%c %s: %s @%s %u:%u", b->len ? "\n" : "", kind,
			   code_names[f->code], f->message, f->context->type, f->context->at.line,
			   f->context->at.column);
}

static void short_result(const struct load_result *r, struct buf *b)
{
	append_short(b, 'E', &r->errors);
	append_short(b, 'W', &r->warnings);
	if (!b->len)
		buf_c(b, "ok");
	buf_byte(b, 0);
}

static void assert_short(const char *in, const struct load_result *r, const char *want)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 20);

	short_result(r, &b);
	if (strcmp(b.data, want) != 0)
		print_message("for: %s\n", in);
	assert_string_equal(b.data, want);
}

/* Names of the rules of the set, separated by commas; the set is released. */
static void assert_rules(struct rule_loader *l, const char *want)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 16);
	struct rule_set *set;

	assert_int_equal(rule_loader_take(l, &set), 0);
	for (size_t i = 0; i < set->count; i++)
		buf_printf(&b, "%s" STR_FMT, i ? "," : "", STR_ARG(set->rules[i].name));
	buf_byte(&b, 0);
	assert_string_equal(b.data, want);
	rule_set_free(set);
}

/* --- tests ----------------------------------------------------------------------------------- */

static void reports_as_expected(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct rule_loader *l = new_loader(&plain);

		assert_short(cases[i].in, add(l, cases[i].in), cases[i].out);
		rule_loader_free(l);
	}
}

#define RULE(name, condition)                                                                      \
	"- rule: " name " |   desc: d |   condition: " condition                                   \
	" |   output: x |   priority: INFO | "

/* Files and the tree of the condition of the last rule, lists, macros and exceptions included. */
static const struct load_case trees[] = {
	{ "- list: l |   items: [cat,dog] | " RULE("a", "proc.name in (l)"),
	  "(in proc.name \"cat\" \"dog\")" },
	{ "- list: l |   items: [cat] | " RULE("a", "proc.name=l"), "(= proc.name \"cat\")" },
	{ "- list: l |   items: [cat] | " RULE("a", "proc.name in l"), "(in proc.name \"cat\")" },
	{ "- list: l |   items: [cat] | " RULE("a", "proc.exe contains \"l\""),
	  "(contains proc.exe \"l\")" },
	{ "- list: l |   items: [cat] | " RULE("a", "proc.name in (\"l\", 'a l b', l)"),
	  "(in proc.name \"l\" \"a l b\" \"cat\")" },
	/* nested to any depth, in any order */
	{ "- list: l1 |   items: [cat] | - list: l2 |   items: [l1] | - list: l3 |   items: [l2] | "
	  RULE("a", "proc.name in (l3)"),
	  "(in proc.name \"cat\")" },
	{ "- list: l3 |   items: [l2] | - list: l2 |   items: [l1,x] | - list: l1 |   items: [cat] "
	  "| " RULE("a", "proc.name in (l3, y)"),
	  "(in proc.name \"cat\" \"x\" \"y\")" },
	{ "- list: l |   items: [l,cat] | " RULE("a", "proc.name in (l)"),
	  "(in proc.name \"l\" \"cat\")" },
	{ "- list: l1 |   items: [l2] | - list: l2 |   items: [l1,cat] | "
	  RULE("a", "proc.name in (l1)"),
	  "(in proc.name \"l1\" \"cat\")" },
	{ RULE("a", "proc.name in (l)") "- list: l |   items: [cat]", "(in proc.name \"cat\")" },
	{ "- list: l |   items: [dog] | " RULE("a", "proc.name in (l)")
	  "- list: l |   items: [cat] |   override: {items: append}",
	  "(in proc.name \"dog\" \"cat\")" },
	/* an empty list takes one comma with it */
	{ "- list: l |   items: [] | " RULE("a", "proc.name in (l,cat)"), "(in proc.name \"cat\")" },
	{ "- list: l |   items: [] | " RULE("a", "proc.name in (cat,l)"), "(in proc.name \"cat\")" },
	{ "- list: l |   items: [] | " RULE("a", "proc.name in (dog , l, l ,cat)"),
	  "(in proc.name \"dog\" \"cat\")" },
	{ "- list: l |   items: [] | " RULE("a", "proc.name in (l)"), "(in proc.name)" },
	{ "- list: l |   items: [] | " RULE("a", "proc.name in (l, l)"), "(in proc.name)" },
	/* items that are no words */
	{ "- list: l |   items: [\"cat dog\",cat] | " RULE("a", "proc.name in (l)"),
	  "(in proc.name \"cat dog\" \"cat\")" },
	{ "- list: l |   items: [\"'cat'\",'\"(x)\"'] | " RULE("a", "proc.name in (l)"),
	  "(in proc.name \"cat\" \"(x)\")" },
	{ "- list: l |   items: ['',cat] | " RULE("a", "proc.name in (l)"),
	  "(in proc.name \"\" \"cat\")" },
	{ "- list: l |   items: ['a(b',\"it's\",a=b,'x\"y'] | " RULE("a", "proc.name in (l)"),
	  "(in proc.name \"a(b\" \"it's\" \"a=b\" \"x\\\"y\")" },
	{ "- list: l |   items: ['a,b'] | " RULE("a", "proc.name in (l)"),
	  "(in proc.name \"a\" \"b\")" },
	/* only values are replaced */
	{ "- list: m |   items: [cat] | - macro: m |   condition: proc.name in (m) | "
	  RULE("a", "evt.type=open and m"),
	  "(and (= evt.type \"open\") (in proc.name \"cat\"))" },
	{ "- list: open |   items: [close] | " RULE("a", "evt.type=open"),
	  "(= evt.type \"open\")" },
	{ "- list: open |   items: [open,openat] | " RULE("a", "evt.type in (open)"),
	  "(in evt.type \"open\" \"openat\")" },
	{ "- list: proc.name |   items: [proc.pname] | " RULE("a", "proc.name =cat"),
	  "(= proc.name \"cat\")" },
	{ "- list: in |   items: [cat] | - list: and |   items: [dog] | "
	  RULE("a", "proc.name in (in) and proc.name != x"),
	  "(and (in proc.name \"cat\") (!= proc.name \"x\"))" },
	{ "- list: l |   items: [x,y] | " RULE("a", "proc.env[l]=l1 and tolower(proc.name) in (l)"),
	  "(and (= proc.env[l] \"l1\") (in tolower(proc.name) \"x\" \"y\"))" },
	{ "- list: l |   items: [3,4] | " RULE("a", "fd.num in (l)"), "(in fd.num \"3\" \"4\")" },
	{ "- list: l |   items: [3] | " RULE("a", "fd.num > l and not fd.num in(l)"),
	  "(and (> fd.num \"3\") (not (in fd.num \"3\")))" },
	{ "- list: l |   items: [cat,dog] | " RULE("a", "proc.name = anyof (l)"),
	  "(= anyof proc.name \"cat\" \"dog\")" },
	{ "- list: l |   items: [cat] | " RULE("a", "proc.name = anyof l"),
	  "(= anyof proc.name \"cat\")" },
	{ "- list: oneof |   items: [cat] | " RULE("a", "proc.name = oneof"),
	  "(= proc.name \"cat\")" },
	/* macros */
	{ "- macro: m |   condition: proc.name=dog | " RULE("a", "evt.type=open and m")
	  "- macro: m |   condition: or proc.name=cat |   override: {condition: append}",
	  "(and (= evt.type \"open\") (or (= proc.name \"dog\") (= proc.name \"cat\")))" },
	{ "- macro: m |   condition: proc.name=dog or proc.name=cat | " RULE("a", "not m"),
	  "(not (or (= proc.name \"dog\") (= proc.name \"cat\")))" },
	{ "- macro: b |   condition: proc.name=cat | - macro: a |   condition: b | - macro: b |   "
	  "condition: proc.name=dog | " RULE("a", "a"),
	  "(= proc.name \"dog\")" },
	{ "- macro: a |   condition: evt.type=open | - macro: b |   condition: proc.name=cat | "
	  "- macro: a |   condition: and b |   override: {condition: append} | " RULE("a", "a"),
	  "(and (= evt.type \"open\") (= proc.name \"cat\"))" },
	/* rules changed by later items */
	{ RULE("a", "proc.name=a or proc.name=b") "- rule: a |   condition: and proc.pid=1 |   "
	  "override: {condition: append}",
	  "(or (= proc.name \"a\") (and (= proc.name \"b\") (= proc.pid \"1\")))" },
	{ RULE("a", "proc.name=a") "- rule: a |   condition: proc.name=b |   override: {condition: "
	  "replace}",
	  "(= proc.name \"b\")" },
	{ RULE("a", "proc.name=a") "- rule: a |   condition: or proc.name=b |   append: true",
	  "(or (= proc.name \"a\") (= proc.name \"b\"))" },
};

#define WITH(exceptions) RULE("a", "proc.pid=1") "- rule: a |   exceptions: [" exceptions          \
	"] |   override: {exceptions: replace}"
#define AND_NOT(e) "(and (= proc.pid \"1\") (not " e "))"

static const struct load_case exceptions[] = {
	{ WITH("{name: x, fields: proc.name}"), "(= proc.pid \"1\")" },
	{ WITH("{name: x, fields: proc.name, values: []}"), "(= proc.pid \"1\")" },
	{ WITH("{name: x, fields: proc.name, values: [a, 'b c', 5]}"),
	  AND_NOT("(in proc.name \"a\" \"b c\" \"5\")") },
	{ WITH("{name: x, fields: fd.name, comps: pmatch, values: [/dev]}"),
	  AND_NOT("(pmatch fd.name \"/dev\")") },
	{ WITH("{name: x, fields: fd.name, comps: startswith anyof, values: [/dev,/lib]}"),
	  AND_NOT("(startswith anyof fd.name \"/dev\" \"/lib\")") },
	{ WITH("{name: x, fields: [proc.name, fd.name], values: [[a, b]]}"),
	  AND_NOT("(and (= proc.name \"a\") (= fd.name \"b\"))") },
	{ WITH("{name: x, fields: [proc.name, fd.name], comps: [in, startswith], values: "
	       "[[[a, b], /c], [d, /e]]}"),
	  AND_NOT("(or (and (in proc.name \"a\" \"b\") (startswith fd.name \"/c\")) "
		  "(and (in proc.name \"d\") (startswith fd.name \"/e\")))") },
	{ WITH("{name: x, fields: [proc.name], comps: [in], values: [['(a,b)']]}"),
	  AND_NOT("(in proc.name \"a\" \"b\")") },
	{ WITH("{name: x, fields: tolower(proc.name), values: [a]}"),
	  AND_NOT("(in tolower(proc.name) \"a\")") },
	{ WITH("{name: x, fields: [proc.name], values: [['val(proc.pname)']]}"),
	  AND_NOT("(= proc.name val(proc.pname))") },
	{ "- list: l |   items: [/x, /y] | " WITH("{name: x, fields: fd.name, values: [l, /z]}"),
	  AND_NOT("(in fd.name \"/x\" \"/y\" \"/z\")") },
	/* whatever is in a value stays in it */
	{ WITH("{name: x, fields: proc.name, values: [\"it's\", 'a\"b', 'a\"b c', 'a,b', '(a)', "
	       "'a=b', 'x) or (proc.pid=2', '\"', \"'\"]}"),
	  AND_NOT("(in proc.name \"it's\" \"a\\\"b\" \"a\\\"b c\" \"a,b\" \"(a)\" \"a=b\" "
		  "\"x) or (proc.pid=2\" \"\\\"\" \"'\")") },
	{ WITH("{name: x, fields: proc.name, values: ['a\\b', 'a\\n b', 'a b\\', '\\\\ \\']}"),
	  AND_NOT("(in proc.name \"a\\\\b\" \"a\\\\n b\" \"a b\\\\\" \"\\\\\\\\ \\\\\")") },
	{ WITH("{name: x, fields: proc.name, values: [\"a\\nb\", \"a\\tb\"]}"),
	  AND_NOT("(in proc.name \"a\nb\" \"a\tb\")") },
	/* quotes that the author wrote are quotes, also escaped ones in them */
	{ WITH("{name: x, fields: proc.name, values: ['\"a b\"', \"'c d'\", 'say \\\"hi\\\"!']}"),
	  AND_NOT("(in proc.name \"a b\" \"c d\" \"say \\\"hi\\\"!\")") },
	/* several of them, and the condition keeps its own precedence */
	{ RULE("a", "proc.pid=1 or proc.pid=2") "- rule: a |   exceptions: [{name: x, fields: "
	  "proc.name, values: [b]}, {name: y, fields: fd.name, values: [c]}] |   override: "
	  "{exceptions: append}",
	  "(and (or (= proc.pid \"1\") (= proc.pid \"2\")) (not (in proc.name \"b\")) "
	  "(not (in fd.name \"c\")))" },
	{ RULE("a", "proc.pid=1") "- rule: a |   exceptions: [{name: x, fields: proc.name, values: "
	  "[b]}] |   override: {exceptions: append} | - rule: a |   exceptions: [{name: x, values: "
	  "[c, d]}] |   override: {exceptions: append}",
	  AND_NOT("(in proc.name \"b\" \"c\" \"d\")") },
};

static void check_trees(const struct load_case *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 16);
		struct rule_loader *l = new_loader(&plain);
		struct rule_set *set;

		add_ok(l, rows[i].in);
		assert_int_equal(rule_loader_take(l, &set), 0);
		cond_dump(set->rules[0].cond, &b);
		buf_byte(&b, 0);
		if (strcmp(b.data, rows[i].out) != 0)
			print_message("for: %s\n", rows[i].in);
		assert_string_equal(b.data, rows[i].out);
		rule_loader_free(l);
		rule_set_free(set);
	}
}

static void builds_conditions(void **state)
{
	(void)state;
	check_trees(trees, ARRAY_LEN(trees));
}

static void quotes_values_of_exceptions(void **state)
{
	(void)state;
	check_trees(exceptions, ARRAY_LEN(exceptions));
}

/* --- results as text and JSON ---------------------------------------------------------------- */

static void assert_text(const struct load_result *r, bool verbose, const char *want)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 20);

	load_result_text(r, verbose, &b);
	buf_byte(&b, 0);
	assert_int_equal(buf_error(&b), 0);
	assert_string_equal(b.data, want);
}

static void assert_json(const struct load_result *r, const char *want)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 20);

	load_result_json(r, &b);
	buf_byte(&b, 0);
	assert_int_equal(buf_error(&b), 0);
	assert_string_equal(b.data, want);
}

#define FOLDED                                                                                     \
	"- rule: b1 |   desc: d |   condition: > |     evt.type=open |     and proc.nme=cat |   "  \
	"output: x |   priority: INFO"

static void writes_text(void **state)
{
	struct rule_loader *l = new_loader(&plain);
	const struct load_result *r;

	(void)state;
	assert_text(add_named(l, "ok.yaml", "<BASE>"), true, "ok.yaml: Ok\n");
	r = add_named(l, "warn.yaml", "- macro: unused |   condition: evt.type=open | "
				      "- rule: w |   desc: d |   condition: evt.type=open |   "
				      "output: x %evt.dir |   priority: info |   foo: bar");
	assert_text(r, false, "warn.yaml: Ok, with warnings\n");
	assert_text(r, true,
		    "warn.yaml: Ok, with warnings\n"
		    "4 Schema warnings:\n"
		    "------\n"
		    "failed for <root>[1][priority]: Failed to match against any enum values.\n"
		    "------\n"
		    "failed for <root>[1]: Failed to validate against schema associated with "
		    "property name 'priority'.\n"
		    "------\n"
		    "failed for <root>[1]: Object contains a property that could not be validated "
		    "using 'properties' or 'additionalProperties' constraints: 'foo'.\n"
		    "------\n"
		    "failed for <root>: Failed to validate item #1 in array.\n"
		    "------\n"
		    "\n"
		    "3 Warnings:\n"
		    "In rules content: (warn.yaml:0:0)\n"
		    "    rule 'w': (warn.yaml:2:2)\n"
		    "------\n"
		    "- rule: w\n"
		    "  ^\n"
		    "------\n"
		    "LOAD_UNKNOWN_KEY (Unknown key in item definition): Unknown key 'foo'. The key "
		    "will be ignored.\n"
		    "In rules content: (warn.yaml:0:0)\n"
		    "    rule 'w': (warn.yaml:2:2)\n"
		    "    rule output: (warn.yaml:5:10)\n"
		    "------\n"
		    "  output: x %evt.dir\n"
		    "          ^\n"
		    "------\n"
		    "LOAD_DEPRECATED_ITEM (Used deprecated item: field 'evt.dir'): usage of "
		    "deprecated field 'evt.dir' has been detected in the rule output\n"
		    "In rules content: (warn.yaml:0:0)\n"
		    "    macro 'unused': (warn.yaml:0:2)\n"
		    "------\n"
		    "- macro: unused\n"
		    "  ^\n"
		    "------\n"
		    "LOAD_UNUSED_MACRO (Unused macro): Macro not referred to by any other "
		    "rule/macro\n"
		    "\n");
	rule_loader_free(l);
	l = new_loader(&plain);
	r = add_named(l, "bad.yaml", FOLDED);
	assert_text(r, true,
		    "bad.yaml: Invalid\n"
		    "1 Errors:\n"
		    "In rules content: (bad.yaml:0:0)\n"
		    "    rule 'b1': (bad.yaml:0:2)\n"
		    "    rule condition: (bad.yaml:2:13)\n"
		    "    condition expression: (\"evt.type=open and...\":3:32)\n"
		    "------\n"
		    "evt.type=open and proc.nme=cat\n"
		    "                  ^\n"
		    "------\n"
		    "LOAD_ERR_COMPILE_CONDITION (Error compiling condition): filter_check called "
		    "with nonexistent field proc.nme\n"
		    "\n");
	assert_text(r, false,
		    "bad.yaml: Invalid\n"
		    " 1 errors: [LOAD_ERR_COMPILE_CONDITION (Error compiling condition)]\n");
	assert_text(add_named(l, "cut.yaml", "- foo: ["), true,
		    "cut.yaml: Invalid\n"
		    "1 Errors:\n"
		    "In rules content: (cut.yaml:0:0)\n"
		    "    value for: (cut.yaml:1:0)\n"
		    "------\n"
		    "- foo: [\n"
		    "       ^\n"
		    "------\n"
		    "LOAD_ERR_YAML_PARSE (YAML parse error): yaml: error at line 2, column 1: did "
		    "not find expected node content\n"
		    "\n");
	rule_loader_free(l);
}

static void writes_json(void **state)
{
	struct rule_loader *l = new_loader(&plain);

	(void)state;
	assert_json(add_named(l, "ok.yaml", "<BASE>"),
		    "{\"errors\":[],\"name\":\"ok.yaml\",\"schema_valid\":true,"
		    "\"schema_warnings\":[],\"successful\":true,\"warnings\":[]}");
	assert_json(add_named(l, "w.yaml", "- thing: x"),
		    "{\"errors\":[],\"name\":\"w.yaml\",\"schema_valid\":false,\"schema_warnings\":["
		    "\"failed for <root>[0]: Object contains a property that could not be validated "
		    "using 'properties' or 'additionalProperties' constraints: 'thing'.\","
		    "\"failed for <root>: Failed to validate item #0 in array.\"],"
		    "\"successful\":true,\"warnings\":[{\"code\":\"LOAD_UNKNOWN_ITEM\",\"codedesc\":"
		    "\"An unknown top-level object is in the rules content. It will be ignored.\","
		    "\"context\":{\"locations\":[{\"item_name\":\"\",\"item_type\":\"rules content\","
		    "\"position\":{\"column\":0,\"line\":0,\"name\":\"w.yaml\",\"offset\":0}},"
		    "{\"item_name\":\"\",\"item_type\":\"rules content item\",\"position\":"
		    "{\"column\":2,\"line\":0,\"name\":\"w.yaml\",\"offset\":2}}],"
		    "\"snippet\":\"- thing: x\\n  ^\\n\"},\"message\":\"Unknown top level item\"}]}");
	assert_json(add_named(l, "bad.yaml", FOLDED),
		    "{\"errors\":[{\"code\":\"LOAD_ERR_COMPILE_CONDITION\",\"codedesc\":\"Error "
		    "compiling condition\",\"context\":{\"locations\":[{\"item_name\":\"\","
		    "\"item_type\":\"rules content\",\"position\":{\"column\":0,\"line\":0,\"name\":"
		    "\"bad.yaml\",\"offset\":0}},{\"item_name\":\"b1\",\"item_type\":\"rule\","
		    "\"position\":{\"column\":2,\"line\":0,\"name\":\"bad.yaml\",\"offset\":2}},"
		    "{\"item_name\":\"\",\"item_type\":\"rule condition\",\"position\":{\"column\":13,"
		    "\"line\":2,\"name\":\"bad.yaml\",\"offset\":34}},{\"item_name\":\"\","
		    "\"item_type\":\"condition expression\",\"position\":{\"column\":32,\"line\":3,"
		    "\"name\":\"\\\"evt.type=open and...\\\"\",\"offset\":52}}],\"snippet\":"
		    "\"evt.type=open and proc.nme=cat\\n                  ^\\n\"},\"message\":"
		    "\"filter_check called with nonexistent field proc.nme\"}],\"name\":\"bad.yaml\","
		    "\"schema_valid\":true,\"schema_warnings\":[],\"successful\":false,"
		    "\"warnings\":[]}");
	/* Without a document there is no schema to speak of. */
	assert_json(add_named(l, "c.yaml", "]"),
		    "{\"errors\":[{\"code\":\"LOAD_ERR_YAML_PARSE\",\"codedesc\":\"YAML parse error\","
		    "\"context\":{\"locations\":[{\"item_name\":\"\",\"item_type\":\"rules content\","
		    "\"position\":{\"column\":0,\"line\":0,\"name\":\"c.yaml\",\"offset\":0}},"
		    "{\"item_name\":\"\",\"item_type\":\"value for\",\"position\":{\"column\":0,"
		    "\"line\":0,\"name\":\"c.yaml\",\"offset\":0}}],\"snippet\":\"]\\n^\\n\"},"
		    "\"message\":\"yaml: error at line 1, column 1: did not find expected node "
		    "content\"}],\"name\":\"c.yaml\",\"successful\":false,\"warnings\":[]}");
	rule_loader_free(l);
}

static void tells_about_the_schema(void **state)
{
	static const struct load_case rows[] = {
		{ "<BASE>", "ok" },
		{ "]", "none" },
		{ "a: b", "failed for <root>: Value type not permitted by 'type' constraint." },
		{ "<BASE> |   tags: x",
		  "failed for <root>[0][tags]: Value type not permitted by 'type' constraint." },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rule_loader *l = new_loader(&plain);

		assert_string_equal(load_result_schema(add(l, rows[i].in)), rows[i].out);
		rule_loader_free(l);
	}
}

/* The line at the place, at most 160 bytes of it, and the caret below the right character. */
static void cuts_snippets(void **state)
{
	static const struct {
		const char *text;
		size_t at;
		const char *want;
	} rows[] = {
		{ "a\nbc\nd", 3, "bc\n ^\n" },
		{ "a\n", 2, "a\n^\n" },
		{ "ab\r\n\r\n", 6, "ab\n ^\n" },
		{ "", 0, "\n^\n" },
		{ "ab\ncd", 2, "ab\n ^\n" },
		{ "\xc3\xa4\xc3\xb6x", 4, "\xc3\xa4\xc3\xb6x\n  ^\n" },
		{ "\ta", 1, "\ta\n\t^\n" },
	};
	CLEANUP(arena_cleanup) struct arena arena = ARENA_INIT(1 << 20);
	struct context c = { 0 };
	char line[1001];
	char want[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(context_show(&arena, &c, str_c(rows[i].text), rows[i].at), 0);
		assert_string_equal(c.snippet.p, rows[i].want);
	}
	for (size_t i = 0; i < 1000; i++)
		line[i] = (char)('a' + i % 26);
	line[1000] = 0;
	assert_int_equal(context_show(&arena, &c, str_c(line), 500), 0);
	snprintf(want, sizeof(want), "...%.*s...\n", 154, line + 423);
	assert_memory_equal(c.snippet.p, want, strlen(want));
	assert_int_equal(c.snippet.p[strlen(want) + 80], '^');
	/* A cut never splits a character. */
	for (size_t i = 0; i < 1000; i += 2)
		memcpy(line + i, "\xc3\xa4", 2);
	for (size_t at = 0; at < 1000; at += 2) {
		assert_int_equal(context_show(&arena, &c, str_c(line), at), 0);
		for (size_t i = 0; c.snippet.p[i]; i++)
			if (c.snippet.p[i] == '\xc3')
				assert_int_equal(c.snippet.p[++i], '\xa4');
			else
				assert_int_not_equal(c.snippet.p[i], '\xa4');
	}
}

static void keeps_a_bounded_number_of_findings(void **state)
{
	CLEANUP(buf_cleanup) struct buf file = BUF_INIT(1 << 20);
	CLEANUP(buf_cleanup) struct buf text = BUF_INIT(1 << 20);
	struct rule_loader *l = new_loader(&plain);
	const struct load_result *r;

	(void)state;
	for (int i = 0; i < 3000; i++)
		buf_c(&file, "- x: y\n");
	assert_int_equal(rule_loader_add(l, "t.yaml", buf_str(&file), &r), 0);
	assert_int_equal(r->warnings.count, 3000);
	load_result_text(r, true, &text);
	assert_true(str_find(buf_str(&text), STR("\n3000 Warnings:\n")) > 0);
	assert_true(str_ends(buf_str(&text), STR("(2000 more are not shown)\n\n")));
	rule_loader_free(l);
}

/* --- what is in the set ---------------------------------------------------------------------- */

static void fills_rules(void **state)
{
	struct rule_loader *l = new_loader(&plain);
	struct rule_set *set;
	const struct rule *r;

	(void)state;
	add_ok(l, "- rule: a |   desc: first |   condition: evt.type=open |   output: ' o ' |   "
		  "priority: Error |   tags: [b, a, b] |   capture: yes |   capture_duration: 5 | "
		  "- rule: a |   desc: more |   output: ' Y' |   tags: [c] |   priority: alert |   "
		  "override: {desc: append, output: append, tags: append, priority: replace}");
	assert_int_equal(rule_loader_take(l, &set), 0);
	rule_loader_free(l); /* the set stands on its own */
	assert_int_equal(set->count, 1);
	r = &set->rules[0];
	assert_string_equal(r->name.p, "a");
	assert_string_equal(r->desc.p, "first more");
	assert_string_equal(r->condition.p, "evt.type=open");
	assert_string_equal(r->output.p, "o  Y");
	assert_string_equal(r->source.p, "syscall");
	assert_int_equal(r->priority, PRIORITY_ALERT);
	assert_true(r->enabled);
	assert_true(r->capture);
	assert_int_equal(r->capture_duration_ms, 5);
	assert_int_equal(r->tag_count, 3);
	assert_string_equal(r->tags[0].p, "a");
	assert_string_equal(r->tags[1].p, "b");
	assert_string_equal(r->tags[2].p, "c");
	assert_true(code_set_has(&r->codes, TEST_CODE_OPEN));
	assert_false(code_set_has(&r->codes, TEST_CODE_CLOSE));
	assert_non_null(r->format);
	rule_set_free(set);
}

#define NAMED(name, rest)                                                                          \
	"- rule: " name " |   desc: d |   condition: evt.type=open |   output: x |   priority: "   \
	rest " | "

static void keeps_order_and_filters(void **state)
{
	static const struct rule_loader_options errors_only = { .sources = sources,
								.least = PRIORITY_ERROR };
	static const struct {
		const struct rule_loader_options *options;
		const char *in;
		const char *want;
	} rows[] = {
		{ &plain, NAMED("b", "INFO") NAMED("a", "INFO"), "b,a" },
		{ &plain, NAMED("a", "INFO") NAMED("b", "INFO") NAMED("a", "ERROR"), "a,b" },
		{ &plain, NAMED("a", "INFO |   enabled: false") NAMED("b", "INFO"), "b" },
		{ &plain, NAMED("a", "INFO |   enabled: false") NAMED("a", "INFO"), "a" },
		{ &plain, NAMED("a", "INFO |   enabled: false")
		  "- rule: a |   enabled: true |   override: {enabled: replace}", "a" },
		{ &plain, NAMED("a", "INFO") "- rule: a |   enabled: no", "" },
		{ &errors_only, NAMED("a", "INFO") NAMED("b", "ERROR") NAMED("c", "alert"), "b,c" },
		{ &plain, "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rule_loader *l = new_loader(rows[i].options);

		add_ok(l, rows[i].in);
		assert_rules(l, rows[i].want);
		rule_loader_free(l);
	}
}

static void switches_rules(void **state)
{
	static const struct rule_loader_options least_error = { .sources = sources,
								.least = PRIORITY_ERROR };
	static const struct {
		const char *pattern;
		bool is_tag, enable;
		const char *want; /* after all switches up to here */
	} rows[] = {
		{ "*", false, false, "" },
		{ "b*", false, true, "bb,bc" },
		{ "a", false, true, "bb,bc,a" },
		{ "*c", false, false, "bb,a" },
		{ "t", true, true, "bb,a,bc" },
		{ "t*", true, false, "bb,a,bc" },
		{ "t", true, false, "bb" },
		{ "*b*b*", false, false, "" },
		{ "low", false, true, "" }, /* below the least severity */
		{ "?", false, true, "" },
		{ "a**", false, true, "a" },
	};

	(void)state;
	for (size_t n = 1; n <= ARRAY_LEN(rows); n++) {
		struct rule_loader *l = new_loader(&least_error);

		add_ok(l, NAMED("a", "ERROR |   tags: [t]") NAMED("bb", "ERROR")
			  NAMED("bc", "ERROR |   enabled: false |   tags: [s, t]")
			  NAMED("low", "INFO"));
		for (size_t i = 0; i < n; i++)
			rule_loader_enable(l, str_c(rows[i].pattern), rows[i].is_tag,
					   rows[i].enable);
		assert_rules(l, rows[n - 1].want);
		rule_loader_free(l);
	}
}

static void a_bad_file_changes_nothing(void **state)
{
	struct rule_loader *l = new_loader(&plain);
	const struct load_result *r;

	(void)state;
	add_ok(l, NAMED("a", "INFO"));
	r = add_named(l, "bad.yaml", NAMED("b", "INFO") "- rule: c |   desc: d |   condition: x.y=1 "
					"|   output: x |   priority: INFO");
	assert_short("bad.yaml", r,
		     "E LOAD_ERR_COMPILE_CONDITION: filter_check called with nonexistent field x.y "
		     "@condition expression 8:14");
	/* The error stays until somebody starts over, and says which file it is in. */
	r = add_named(l, "later.yaml", NAMED("d", "INFO"));
	assert_false(load_result_ok(r));
	assert_string_equal(r->errors.first->context->file->name.p, "bad.yaml");
	r = add_named(l, "shape.yaml", "- rule: a |   desc: d");
	assert_false(load_result_ok(r));
	assert_rules(l, "a");
	assert_rules(l, ""); /* taken */
	rule_loader_free(l);
}

static void a_refused_item_changes_nothing(void **state)
{
	struct rule_loader *l = new_loader(&plain);
	struct rule_set *set;
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 16);

	(void)state;
	add_ok(l, RULE("a", "proc.pid=1") "- rule: a |   exceptions: [{name: x, fields: proc.name, "
		  "values: [b]}] |   override: {exceptions: append}");
	/* The first exception of the item is fine, the second is not. */
	assert_false(load_result_ok(add(l, "- rule: a |   condition: and proc.pid=2 |   exceptions: "
					   "[{name: x, values: [c]}, {name: y, values: [d]}] |   "
					   "override: {condition: append, exceptions: append}")));
	add_ok(l, "- rule: a |   exceptions: [{name: x, values: [e]}] |   override: "
		  "{exceptions: append}");
	assert_int_equal(rule_loader_take(l, &set), 0);
	cond_dump(set->rules[0].cond, &b);
	buf_byte(&b, 0);
	assert_string_equal(b.data, AND_NOT("(in proc.name \"b\" \"e\")"));
	rule_set_free(set);
	rule_loader_free(l);
}

static void appends_to_outputs(void **state)
{
	struct str tags[] = { STR("t") };
	struct rule_append_field fields[] = { { STR("proc.pid"), STR_NULL },
					      { STR("k"), STR("%proc.name/%fd.num") } };
	const struct rule_append appends[] = {
		{ .extra_output = STR("one %proc.pid") },
		{ .source = STR("syscall"), .extra_output = STR("two"), .fields = fields,
		  .field_count = 2 },
		{ .rule = STR("nosuch"), .extra_output = STR("three") },
		{ .tags = tags, .tag_count = 1, .extra_output = STR("four") },
		{ .source = STR("other"), .extra_output = STR("five") },
	};
	const struct rule_loader_options options = { .sources = sources,
						     .least = PRIORITY_DEBUG,
						     .appends = appends,
						     .append_count = ARRAY_LEN(appends) };
	struct rule_loader *l = new_loader(&options);
	struct rule_set *set;

	(void)state;
	add_ok(l, NAMED("a", "INFO") NAMED("b", "INFO |   tags: [s, t]"));
	assert_int_equal(rule_loader_take(l, &set), 0);
	assert_string_equal(set->rules[0].output.p, "x one %proc.pid two");
	assert_string_equal(set->rules[1].output.p, "x one %proc.pid two four");
	assert_int_equal(set->rules[0].extra_count, 2);
	assert_true(set->rules[0].extras[0].raw);
	assert_string_equal(set->rules[0].extras[0].name.p, "proc.pid");
	assert_int_equal(format_field_count(set->rules[0].extras[0].format), 1);
	assert_false(set->rules[0].extras[1].raw);
	assert_string_equal(set->rules[0].extras[1].name.p, "k");
	assert_int_equal(format_field_count(set->rules[0].extras[1].format), 2);
	rule_set_free(set);
	rule_loader_free(l);

	fields[0].name = STR("nosuch.field");
	l = new_loader(&options);
	assert_short("bad extra field", add(l, "<BASE>"),
		     "E LOAD_ERR_COMPILE_OUTPUT: unknown filter: unexpected token after ' @rule "
		     "output 3:10");
	rule_loader_free(l);
}

static void tells_what_plugins_are_missing(void **state)
{
	static const struct load_case rows[] = {
		{ "<BASE>", NULL },
		{ "- required_plugin_versions: [{name: a, version: 0.1.0}]",
		  "Plugin requirement not satisfied, must load one of: a (>= 0.1.0)" },
		{ "- required_plugin_versions: [{name: a, version: 0.1.0, alternatives: [{name: b, "
		  "version: 0.2.0}]}]",
		  "Plugin requirement not satisfied, must load one of: a (>= 0.1.0), b (>= 0.2.0)" },
		/* The sensor does itself what this one does. */
		{ "- required_plugin_versions: [{name: container, version: 0.4.0}]", NULL },
		{ "- required_plugin_versions: [{name: container, version: 1.0.0}]",
		  "Plugin requirement not satisfied, must load one of: container (>= 1.0.0)" },
		{ "- required_plugin_versions: [{name: a, version: 0.1.0, alternatives: [{name: "
		  "container, version: 0.2.0}]}]", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rule_loader *l = new_loader(&plain);

		add_ok(l, rows[i].in);
		if (rows[i].out)
			assert_string_equal(rule_loader_plugin_problem(l), rows[i].out);
		else
			assert_null(rule_loader_plugin_problem(l));
		rule_loader_free(l);
	}
}

static void compares_versions(void **state)
{
	static const struct {
		const char *have, *want;
		int result; /* 1 compatible, 0 not, -1: `have` is no version */
	} rows[] = {
		{ "0.62.0", "0.62.0", 1 }, { "0.62.0", "0.61.9", 1 }, { "0.62.0", "0.62.1", 0 },
		{ "0.62.0", "0.63.0", 0 }, { "1.0.0", "0.1.0", 0 },   { "0.9.0", "0.10.0", 0 },
		{ "0.5.0-rc1", "0.5.0", 1 }, { "0.5.0+b", "0.5.0", 1 }, { "0.5", "0.5.0", -1 },
		{ "0.5.0-", "0.5.0", -1 }, { "a.b.c", "0.5.0", -1 }, { "1.2.3.4", "1.2.3", -1 },
		{ "", "0.5.0", -1 },	   { "1..2", "0.5.0", -1 },
		{ "99999999999999999999.0.0", "0.5.0", -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct version have;
		struct version want;

		assert_int_equal(version_parse(str_c(rows[i].want), &want), 0);
		if (version_parse(str_c(rows[i].have), &have) < 0)
			assert_int_equal(rows[i].result, -1);
		else
			assert_int_equal(version_compatible(&have, &want), rows[i].result);
	}
}

static void knows_priorities(void **state)
{
	enum priority p;

	(void)state;
	for (enum priority i = 0; i < PRIORITIES; i++) {
		assert_int_equal(priority_parse(str_c(priority_name(i)), &p), 0);
		assert_int_equal(p, i);
	}
	assert_int_equal(priority_parse(STR("iNfO"), &p), 0);
	assert_string_equal(priority_name(p), "Informational");
	assert_int_equal(priority_parse(STR("INF"), &p), -EINVAL);
	assert_int_equal(priority_parse(STR(""), &p), -EINVAL);
}

/* --- descriptions ---------------------------------------------------------------------------- */

#define DESCRIBED                                                                                  \
	"- macro: m |   condition: evt.type=open | - list: l |   items: [cat, dog] | - list: l2 |" \
	"   items: [l, 5] | - rule: a |   desc: first rule |   condition: m and proc.name in (l) "  \
	"and proc.pname = val(proc.pname) and len(proc.name) > 2 |   output: \"o %evt.type "       \
	"%20proc.name %toupper(fd.name) %proc.aname[1]\" |   priority: INFO |   tags: [t2, t1] | " \
	"  exceptions: |     - name: e1 |       fields: [proc.name, fd.name] |       comps: [=, "  \
	"in] |       values: [[x, [y, z]]] |     - name: e2 |       fields: fd.name |       "      \
	"values: [q, \"w w\"] | - rule: b off |   desc: \"a second one whose description is long " \
	"enough to be wrapped by the printer since it has more than eighty characters in it, and " \
	"then some.\" |   condition: evt.type in (open, close) and not (m or proc.name "           \
	"startswith x) |   output: x |   priority: error |   enabled: false | "                    \
	"- required_engine_version: 0.10.0"

static void assert_described(const char *name, bool json, const char *want)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 20);
	struct rule_loader *l = new_loader(&plain);

	add_ok(l, DESCRIBED);
	assert_int_equal(rule_loader_describe(l, str_c(name), json, &b), want != NULL);
	buf_byte(&b, 0);
	if (want)
		assert_string_equal(b.data, want);
	rule_loader_free(l);
}

#define TITLES                                                                                     \
	"Rule                                               Description\n"                         \
	"----                                               -----------\n"
#define RULE_A                                                                                     \
	"{\"details\":{\"condition_compiled\":\"((evt.type = open and proc.name in (cat, dog) and " \
	"proc.pname = val(proc.pname) and len(proc.name) > 2) and not (proc.name = x and fd.name " \
	"in (y, z)) and not fd.name in (q, \\\"w w\\\"))\",\"condition_fields\":[\"evt.type\","   \
	"\"proc.name\",\"proc.pname\",\"fd.name\"],\"condition_operators\":[\"=\",\"in\",\">\"],"  \
	"\"events\":[\"asyncevent\",\"open\"],\"exception_fields\":[\"proc.name\",\"fd.name\"],"  \
	"\"exception_names\":[\"e1\",\"e2\"],\"exception_operators\":[\"=\",\"in\"],\"lists\":"    \
	"[\"l\"],\"macros\":[\"m\"],\"output_compiled\":\"o %evt.type %20proc.name "               \
	"%toupper(fd.name) %proc.aname[1]\",\"output_fields\":[\"evt.type\",\"proc.name\","        \
	"\"fd.name\",\"toupper(fd.name)\",\"proc.aname[1]\"],\"plugins\":[]},\"info\":{"           \
	"\"capture\":false,\"capture_duration\":0,\"condition\":\"m and proc.name in (l) and "     \
	"proc.pname = val(proc.pname) and len(proc.name) > 2\",\"description\":\"first rule\","    \
	"\"enabled\":true,\"name\":\"a\",\"output\":\"o %evt.type %20proc.name %toupper(fd.name) " \
	"%proc.aname[1]\",\"priority\":\"Informational\",\"source\":\"syscall\",\"tags\":[\"t1\"," \
	"\"t2\"]}}"

static void describes_rules(void **state)
{
	(void)state;
	assert_described("a", false,
			 TITLES "a                                                  first rule \n\n");
	assert_described("", false, TITLES
			 "a                                                  first rule \n\n"
			 "b off                                              a second one whose "
			 "description is long enough to be \n"
			 "                                                   wrapped by the printer since "
			 "it has more than eighty \n"
			 "                                                   characters in it, and then "
			 "some. \n\n");
	assert_described("nosuch", false, NULL);
	assert_described("nosuch", true, NULL);
	assert_described("a", true, "{\"rules\":[" RULE_A "]}");
	assert_described("", true,
			 "{\"lists\":[{\"details\":{\"items_compiled\":[\"cat\",\"dog\"],\"lists\":[],"
			 "\"plugins\":[],\"used\":true},\"info\":{\"items\":[\"cat\",\"dog\"],\"name\":"
			 "\"l\"}},{\"details\":{\"items_compiled\":[\"cat\",\"dog\",\"5\"],\"lists\":"
			 "[\"l\"],\"plugins\":[],\"used\":false},\"info\":{\"items\":[\"5\"],\"name\":"
			 "\"l2\"}}],\"macros\":[{\"details\":{\"condition_compiled\":\"evt.type = "
			 "open\",\"condition_fields\":[\"evt.type\"],\"condition_operators\":[\"=\"],"
			 "\"events\":[\"asyncevent\",\"open\"],\"lists\":[],\"macros\":[],\"plugins\":"
			 "[],\"used\":true},\"info\":{\"condition\":\"evt.type=open\",\"name\":\"m\"}}],"
			 "\"required_engine_version\":\"0.10.0\",\"required_plugin_versions\":[],"
			 "\"rules\":[" RULE_A ",{\"details\":{\"condition_compiled\":\"(evt.type in "
			 "(open, close) and not (evt.type = open or proc.name startswith x))\","
			 "\"condition_fields\":[\"evt.type\",\"proc.name\"],\"condition_operators\":"
			 "[\"in\",\"=\",\"startswith\"],\"events\":[\"asyncevent\",\"close\"],"
			 "\"exception_fields\":[],\"exception_names\":[],\"exception_operators\":[],"
			 "\"lists\":[],\"macros\":[\"m\"],\"output_compiled\":\"x\",\"output_fields\":"
			 "[],\"plugins\":[]},\"info\":{\"capture\":false,\"capture_duration\":0,"
			 "\"condition\":\"evt.type in (open, close) and not (m or proc.name startswith "
			 "x)\",\"description\":\"a second one whose description is long enough to be "
			 "wrapped by the printer since it has more than eighty characters in it, and "
			 "then some.\",\"enabled\":false,\"name\":\"b off\",\"output\":\"x\","
			 "\"priority\":\"Error\",\"source\":\"syscall\",\"tags\":[]}}]}");
}

/* A file that failed leaves nothing behind that a description would touch. */
static void describes_after_a_failure(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(1 << 20);
	struct rule_loader *l = new_loader(&plain);

	(void)state;
	assert_true(rule_loader_describe(l, STR_NULL, true, &b));
	assert_false(rule_loader_describe(l, STR("a"), true, &b));
	add_ok(l, RULE("a", "evt.type=open"));
	assert_false(load_result_ok(add(l, "- list: l |   items: [cat] | "
					   RULE("b", "proc.name in (l) and x.y=1"))));
	buf_reset(&b);
	assert_true(rule_loader_describe(l, STR_NULL, true, &b));
	assert_true(str_find(buf_str(&b), STR("\"items_compiled\":[\"cat\"]")) > 0);
	assert_true(str_find(buf_str(&b), STR("\"name\":\"a\"")) > 0);
	assert_int_equal(str_find(buf_str(&b), STR("\"name\":\"b\"")), -1);
	rule_loader_free(l);
}

/* --- bounds ---------------------------------------------------------------------------------- */

static int add_raw(struct rule_loader *l, const struct buf *b, const struct load_result **ret)
{
	assert_int_equal(buf_error(b), 0);
	return rule_loader_add(l, "t.yaml", buf_str(b), ret);
}

static void refuses_large_files(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT((17 << 20));
	struct rule_loader *l = new_loader(&plain);
	const struct load_result *r = NULL;

	(void)state;
	while (b.len <= (16 << 20))
		buf_c(&b, "# a comment that fills the file with nothing at all, line by line\n");
	assert_int_equal(add_raw(l, &b, &r), -EBADMSG);
	assert_short("a large file", r,
		     "E LOAD_ERR_FILE_READ: File is larger than 16 MiB @rules content 0:0");
	assert_text(r, true,
		    "t.yaml: Invalid\n1 Errors:\nIn rules content: (t.yaml:0:0)\n------\n\n^\n"
		    "------\nLOAD_ERR_FILE_READ (File read error): File is larger than 16 MiB\n\n");
	rule_loader_free(l);
}

/* Each list contains the one before: what they hold together grows with the square. */
static void bounds_lists_of_lists(void **state)
{
	CLEANUP(arena_cleanup) struct arena arena = ARENA_INIT((size_t)256 << 20);
	struct load_result *r = load_result_new(&arena, "t.yaml");
	struct rules_file file = { STR("t.yaml"), STR("") };
	const struct context *context = context_file(&arena, &file);
	struct lists lists = { 0 };
	struct str previous = STR("word");
	int e = 0;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		struct str name = str_c(arena_printf(&arena, "l%d", i));
		struct str items[] = { previous, STR("x") };

		assert_int_equal(lists_define(&lists, &arena, name, context, items, 2), 0);
		previous = name;
	}
	lists_begin(&lists);
	for (size_t i = 0; i < lists.count && e == 0; i++) {
		e = lists_flatten(&lists, lists.defs[i], &arena, r);
		if (e == 0)
			assert_int_equal(lists.defs[i]->flat_count, i + 2);
	}
	assert_int_equal(e, -EBADMSG);
	assert_string_equal(r->errors.first->message,
			    "Lists have too many items after lists inside of lists were expanded");
	lists_fini(&lists);
}

static void bounds_conditions(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(8 << 20);
	struct rule_loader *l = new_loader(&plain);
	const struct load_result *r = NULL;

	(void)state;
	buf_c(&b, "- list: l\n  items: [");
	for (int i = 0; i < 5000; i++)
		buf_printf(&b, "%sword%d", i ? "," : "", i);
	buf_c(&b, "]\n- rule: r\n  desc: d\n  output: x\n  priority: INFO\n  condition: evt.type=open");
	for (int i = 0; i < 1000; i++)
		buf_c(&b, " and proc.name in (l)");
	buf_byte(&b, '\n');
	assert_int_equal(add_raw(l, &b, &r), -EBADMSG);
	assert_string_equal(r->errors.first->message,
			    "Condition is too long after lists were put in their places");
	rule_loader_free(l);
}

static void bounds_macro_chains(void **state)
{
	static const struct {
		int length;
		const char *want; /* NULL: loads */
	} rows[] = {
		{ 499, NULL },
		{ 501, "Macros are nested more than 500 levels deep" },
		{ 20000, "Macros are nested more than 500 levels deep" },
	};

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(rows); k++) {
		CLEANUP(buf_cleanup) struct buf b = BUF_INIT(8 << 20);
		struct rule_loader *l = new_loader(&plain);
		const struct load_result *r = NULL;

		buf_c(&b, "- macro: m0\n  condition: evt.type=open\n");
		for (int i = 1; i < rows[k].length; i++)
			buf_printf(&b, "- macro: m%d\n  condition: m%d and m%d\n", i, i - 1, i - 1);
		buf_printf(&b, "- rule: r\n  desc: d\n  condition: m%d\n  output: x\n  priority: INFO\n",
			   rows[k].length - 1);
		assert_int_equal(add_raw(l, &b, &r), rows[k].want ? -EBADMSG : 0);
		if (rows[k].want)
			assert_string_equal(r->errors.first->message, rows[k].want);
		rule_loader_free(l);
	}
}

static void bounds_parentheses(void **state)
{
	CLEANUP(buf_cleanup) struct buf b = BUF_INIT(8 << 20);
	struct rule_loader *l = new_loader(&plain);
	const struct load_result *r = NULL;

	(void)state;
	buf_c(&b, "- rule: r\n  desc: d\n  output: x\n  priority: INFO\n  condition: ");
	for (int i = 0; i < 100000; i++)
		buf_byte(&b, '(');
	buf_byte(&b, '\n');
	assert_int_equal(add_raw(l, &b, &r), -EBADMSG);
	assert_int_equal(r->errors.first->code, LOAD_ERR_COMPILE_CONDITION);
	rule_loader_free(l);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_as_expected),
		cmocka_unit_test(builds_conditions),
		cmocka_unit_test(quotes_values_of_exceptions),
		cmocka_unit_test(writes_text),
		cmocka_unit_test(writes_json),
		cmocka_unit_test(tells_about_the_schema),
		cmocka_unit_test(cuts_snippets),
		cmocka_unit_test(keeps_a_bounded_number_of_findings),
		cmocka_unit_test(fills_rules),
		cmocka_unit_test(keeps_order_and_filters),
		cmocka_unit_test(switches_rules),
		cmocka_unit_test(a_bad_file_changes_nothing),
		cmocka_unit_test(a_refused_item_changes_nothing),
		cmocka_unit_test(appends_to_outputs),
		cmocka_unit_test(tells_what_plugins_are_missing),
		cmocka_unit_test(compares_versions),
		cmocka_unit_test(knows_priorities),
		cmocka_unit_test(describes_rules),
		cmocka_unit_test(describes_after_a_failure),
		cmocka_unit_test(refuses_large_files),
		cmocka_unit_test(bounds_lists_of_lists),
		cmocka_unit_test(bounds_conditions),
		cmocka_unit_test(bounds_macro_chains),
		cmocka_unit_test(bounds_parentheses),
	};

	find_code_names();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
