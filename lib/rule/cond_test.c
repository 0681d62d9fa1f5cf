/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is accepted and what is refused, where and with which words. The columns of errors are those
 * that the established tool reports for the same conditions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "rule/cond.h"
#include "rule/test_fields.h"

#define OPERATORS                                                                                  \
	"expected a valid check operator: one of 'exists', '<=', '<', '>=', '>', '==', '=', "      \
	"'!=', 'glob', 'iglob', 'contains', 'icontains', 'bcontains', 'startswith', "              \
	"'bstartswith', 'endswith', 'regex', 'intersects', 'in', 'pmatch'"
#define TRANSFORMERS                                                                               \
	"a field with a valid transformer: 'val', 'tolower', 'toupper', 'b64', 'basename', "       \
	"'len', 'join', 'concat', 'getopt'"
#define VALUE  "expected a string value or " TRANSFORMERS
#define NUMBER "expected a number value or " TRANSFORMERS
#define ARG                                                                                        \
	"expected field transformer argument: field, transformer, quoted string, number, or "      \
	"transformer list"
#define FIELD_ARG "expected a valid field argument: a quoted string or a bare string"
#define CLOSING	  "expected a ')' token closing the transformer"
#define AFTER(x)  "unexpected token after '" x "', expecting 'or', 'and'"
#define NO_FIELD  "filter_check called with nonexistent field "
#define REGEX_HINT(x)                                                                              \
	"regex check with '" x "' may be optimized with simpler operators such as '=', "           \
	"'contains', 'startswith', 'endswith'"
#define MISUSED(x, what) "'" x "' may be a valid " what " misused as a const string value"

struct load_case {
	const char *text;
	uint32_t column; /* of the error; 0: accepted */
	const char *error;
	const char *warnings; /* code offset text, one per line */
};

static void collect(void *ctx, size_t offset, const char *code, const char *text)
{
	struct buf *b = ctx;

	buf_printf(b, "%s %zu %s\n", code, offset, text);
}

/* All cases are tried before the test fails. */
static unsigned int failures;

static void load(const struct load_case *c)
{
	struct arena arena = ARENA_INIT(1 << 20);
	struct buf warnings = BUF_INIT(4096);
	struct buf got = BUF_INIT(4096);
	struct buf want = BUF_INIT(4096);
	struct cond_error error = { 0 };
	struct cond *cond;
	int r = cond_parse(str_c(c->text), NULL, &arena, &cond, &error);

	if (r == 0)
		r = cond_check(cond, &arena, collect, &warnings, &error);
	if (r < 0)
		buf_printf(&got, "%u:%u %s", error.line, error.column, error.text);
	else
		buf_printf(&got, "ok " STR_FMT, STR_ARG(buf_str(&warnings)));
	buf_byte(&got, 0);
	if (c->column)
		buf_printf(&want, "1:%u %s", c->column, c->error);
	else
		buf_printf(&want, "ok %s", c->warnings ? c->warnings : "");
	buf_byte(&want, 0);
	if (strcmp(got.data, want.data)) {
		print_error("%s\n got: %s\nwant: %s\n", c->text, got.data, want.data);
		failures++;
	}
	buf_cleanup(&warnings);
	buf_cleanup(&got);
	buf_cleanup(&want);
	arena_cleanup(&arena);
}

static const struct load_case grammar[] = {
	{ "evt.type=open and proc.name=cat" },
	{ "proc.name = oneof" },
	{ "proc.name = oneof (a)" },
	{ "proc.name = anyof(a)", 18, AFTER("anyof") },
	{ "proc.name =anyof (a)", 18, AFTER("anyof") },
	{ "proc.name =  anyof  (a,b)" },
	{ "proc.name = allof and evt.type=open" },
	{ "proc.name in(a,b)" },
	{ "proc.name in (a,b,)", 19, "expected a string value" },
	{ "proc.name in ()" },
	{ "proc.name in (a b)", 17, "expected a ')' token" },
	{ "proc.name contains x" },
	{ "proc.name containsx", 11, OPERATORS },
	{ "proc.name contains\"x\"", 11, OPERATORS },
	{ "proc.name startswith 'x'" },
	{ "AND", 1, "Undefined macro 'AND' used in filter." },
	{ "proc.name=a AND proc.name=b", 13, AFTER("a") },
	{ "proc.name=a and(proc.name=b)" },
	{ "proc.name=a andproc.name=b", 16, "expected blank or '(' after 'and'" },
	{ "not proc.name=a" },
	{ "not(proc.name=a)" },
	{ "not not proc.name=a" },
	{ "not  not(proc.name=a)" },
	{ "notproc.name=a", 1, NO_FIELD "notproc.name" },
	{ "NOT proc.name=a", 5, AFTER("NOT") },
	{ "(proc.name=a", 13, "expected a ')' token" },
	{ "proc.name=a)", 12, AFTER("a") },
	{ "proc.name", 10, OPERATORS },
	{ "proc.name=", 11, VALUE },
	{ "proc.name exists" },
	{ "proc.name existsx", 17, AFTER("exists") },
	{ "exists proc.name", 8, AFTER("exists") },
	{ "proc.pid > 0x10", 1, "0x10 is not a valid number" },
	{ "proc.pid > 1.5", 1, "1.5 is not a valid number" },
	{ "proc.pid > 1e5", 13, AFTER("1") },
	{ "proc.pid > +5" },
	{ "proc.pid > -5" },
	{ "proc.pid>5" },
	{ "proc.pid > abc", 12, NUMBER },
	{ "proc.pid=010" },
	{ "proc.aname [1] = x", 12, OPERATORS },
	{ "proc.aname[1] = x" },
	{ "proc.aname[ 1 ]=x", 12, FIELD_ARG },
	{ "proc.aname['1']=x" },
	{ "proc.aname[\"1\"]=x" },
	{ "proc.aname[x]=x", 1, NO_FIELD "proc.aname[x]" },
	{ "proc.aname[]=x", 12, FIELD_ARG },
	{ "proc.aname[1=x", 15, "expected a ']' token" },
	{ "proc.env[A]=b" },
	{ "proc.env['A B']=b" },
	{ "proc.env[A B]=b", 11, "expected a ']' token" },
	{ "proc.name[1]=x", 1, NO_FIELD "proc.name[1]" },
	{ "proc.name.x=x", 1, NO_FIELD "proc.name.x" },
	{ "  ", 3, "expected a '(' token, a field check, or an identifier" },
	{ "proc.name='a\\x00b'", 19, "unsupported string escape sequence: \\x" },
	{ "proc.name='a\\qb'", 17, "unsupported string escape sequence: \\q" },
	{ "proc.name='a\\'b'" },
	{ "proc.name='a\\\"b'", 17, "invalid \\\" escape in '-quoted string" },
	{ "proc.name=\"a\\\"b\"" },
	{ "proc.name=\"a\\'b\"", 17, "invalid \\' escape in \"-quoted string" },
	{ "proc.name='a\\\\'", 11, VALUE },
	{ "proc.name='a\\\\ '" },
	{ "proc.name='a\\ b'" },
	{ "proc.name='a", 11, VALUE },
	{ "proc.name=a=b", 12, AFTER("a") },
	{ "proc.name=a,b", 12, AFTER("a") },
	{ "proc.name=a'b", 12, AFTER("a") },
	{ "proc.name=a\\b" },
	{ "proc.name == a" },
	{ "proc.name === a", 13, VALUE },
	{ "proc.name!=a" },
	{ "proc.name <> a", 12, NUMBER },
	{ "proc.name ! = a", 11, OPERATORS },
	{ "foo and evt.type=open", 1, "Undefined macro 'foo' used in filter." },
	{ "evt.type=open foo", 15, AFTER("open") },
	{ "evt.type=open or", 17, "expected blank or '(' after 'or'" },
	{ "evt.type=open and and", 19, "Undefined macro 'and' used in filter." },
	{ "evt.type in (open openat)", 19, "expected a ')' token" },
	{ "evt.type in open" },
	{ "evt.type in mylist", 1, "unknown event type mylist" },
	{ "foo.bar=1", 1, NO_FIELD "foo.bar" },
	{ "evt.type=open and proc.name=cat and foo.bar exists", 37, NO_FIELD "foo.bar" },
};

static const struct load_case types[] = {
	{ "evt.type=nosuch", 1, "unknown event type nosuch" },
	{ "evt.type=OPEN", 1, "unknown event type OPEN" },
	{ "evt.type='open '", 1, "unknown event type open " },
	{ "evt.type in (open,nosuch)", 1, "unknown event type nosuch" },
	{ "evt.type startswith o", 1, "unknown event type o" },
	{ "evt.type exists" },
	{ "syscall.type=open" },
	{ "evt.type=val(proc.name)", 1,
	  "right-hand field comparisons on `evt.type`/`syscall.type` checks are not supported by event code search" },
	{ "tolower(evt.type)=open", 1,
	  "event code search does not support `evt.type` checks with transformers" },
	{ "evt.type >= open", 13, NUMBER },
	{ "evt.type regex o.*", 1, "unknown event type o.*" },
	{ "evt.type = anyof (open,nosuch)", 1, "unknown event type nosuch" },
	{ "evt.type in (val(proc.name))", 17, "expected a ')' token" },
	{ "fd.num = 0x3", 1, "0x3 is not a valid number" },
	{ "fd.num=-1" },
	{ "proc.vmsize=-5" },
	{ "proc.vmsize=017" },
	{ "proc.duration=1s", 1, "1s is not a valid number" },
	{ "evt.cpu=99999" },
	{ "evt.rawres=99999999999999999999" },
	{ "evt.rawres=3.0", 1, "3.0 is not a valid number" },
	{ "fd.port=http" },
	{ "fd.port=0x50", 1, "unrecognized protocol 0x50" },
	{ "fd.port=nosuchservice", 1, "unrecognized protocol nosuchservice" },
	{ "fd.proto=tcp", 1, "unrecognized protocol tcp" },
	{ "fd.port=70000" },
	{ "fd.port in (80,http)" },
	{ "fd.cport >= http", 13, NUMBER },
	{ "user.uid=root", 1, "root is not a valid number" },
	{ "user.uid=-1" },
	{ "evt.is_io=true" },
	{ "evt.is_io=1", 1, "filter error: unrecognized boolean value 1" },
	{ "evt.is_io=True", 1, "filter error: unrecognized boolean value True" },
	{ "evt.is_io in (true,false)" },
	{ "evt.is_io > true", 13, NUMBER },
	{ "evt.is_io > 1", 1, "filter error: '>' operator not supported for boolean filters" },
	{ "evt.is_io = 'true'" },
	{ "evt.rawarg.res=5" },
	{ "evt.rawarg.res=0x5", 1, "0x5 is not a valid number" },
	{ "evt.rawarg.mode=0644" },
	{ "evt.rawarg.uid exists" },
	{ "evt.rawarg.nosuch=1", 1, "unknown event argument nosuch" },
	{ "evt.rawarg.name=x" },
	{ "evt.rawarg[name]=x", 1, "evt.arg fields must be expressed explicitly" },
	{ "evt.rawarg=x", 1, "filter syntax error: evt.rawarg" },
	{ "evt.rawarg.data contains x", 1, "wrong parameter type 10" },
	{ "evt.rawarg.flags contains x", 1,
	  "filter error: 'contains' operator not supported for numeric filters" },
	{ "evt.rawarg.sig=1", 1, "wrong parameter type 19" },
	{ "evt.rawarg.addr=1", 1, "filter error: '=' operator not supported for type 'SOCKADDR'" },
	{ "evt.rawarg.tuple=x", 1,
	  "filter error: '=' operator not supported for type 'SOCKTUPLE'" },
	{ "evt.rawarg.size=10" },
	{ "evt.arg.flags = 0x10" },
	{ "evt.rawtime>1470327477881785348" },
	{ "evt.latency>1", 0, NULL, "LOAD_DEPRECATED_ITEM 0 evt.latency\n" },
	{ "evt.type=open and evt.dir=<", 0, NULL, "LOAD_DEPRECATED_ITEM 18 evt.dir\n" },
	{ "evt.around[1]=5" },
	{ "evt.around[1]>5", 1, "evt.around supports only '=' comparison operator" },
	{ "evt.around=5", 1, "filter syntax error: evt.around" },
	{ "fd.ip=1.2.3.4" },
	{ "fd.ip=1.2.3", 1, "unrecognized IPv4 address 1.2.3" },
	{ "fd.ip=localhost", 1, "unrecognized IPv6 address localhost" },
	{ "fd.ip=::1" },
	{ "fd.ip=1.2.3.0/24", 1, "unrecognized IPv4 address 1.2.3.0/24" },
	{ "fd.sip='1.2.3.4'" },
	{ "fd.ip in (1.2.3.4,::1)" },
	{ "fd.ip intersects (1.2.3.4)" },
	{ "fd.ip > 1.2.3.4", 12, AFTER("1.2") },
	{ "fd.ip contains 1", 1,
	  "filter error: 'contains' operator not supported for ip address and network filters" },
	{ "fd.snet=10.0.0.0/8" },
	{ "fd.snet in (10.0.0.0/8,fe80::/10)" },
	{ "fd.snet=10.0.0.1", 1, "unrecognized IP network 10.0.0.1" },
	{ "fd.snet=10.0.0.0/33", 1, "invalid netmask 33" },
	{ "fd.snet=val(fd.cnet)", 1, "field type 'IPNET' doesn't support right-hand side fields" },
	{ "fd.net=val(fd.snet)", 1, "field type 'IPNET' doesn't support right-hand side fields" },
	{ "fd.ip=val(fd.sip)", 1, "field 'fd.ip' doesn't support right-hand side fields" },
	{ "fd.sip=val(fd.cip)" },
	{ "fd.sip=anyof (1.2.3.4)", 14, AFTER("anyof") },
	{ "fd.net = allof (1.2.3.4/8)" },
	{ "fd.ip glob x", 1,
	  "filter error: 'glob' operator not supported for ip address and network filters" },
	{ "fd.ip pmatch (x)", 1,
	  "filter error: 'pmatch' operator not supported for ip address and network filters" },
};

static const struct load_case texts[] = {
	{ "proc.name < a", 13, NUMBER },
	{ "proc.name > 'a'", 13, NUMBER },
	{ "proc.name >= 0x5" },
	{ "proc.name in ('a b',c)" },
	{ "proc.name pmatch a" },
	{ "proc.name regex '('", 1, "invalid regex pattern: missing ): (" },
	{ "proc.name regex 'a.*b'" },
	{ "proc.name regex abc", 0, NULL, "LOAD_COMPILE_CONDITION 16 " REGEX_HINT("abc") "\n" },
	{ "proc.name regex '^abc$'", 0, NULL,
	  "LOAD_COMPILE_CONDITION 16 " REGEX_HINT("^abc$") "\n" },
	{ "proc.name regex '.*abc.*'", 0, NULL,
	  "LOAD_COMPILE_CONDITION 16 " REGEX_HINT(".*abc.*") "\n" },
	{ "proc.name regex 'a|b'" },
	{ "proc.name regex 'abc[0-9]'" },
	{ "proc.name regex '\\\\d+'", 1, "invalid regex pattern: invalid escape sequence: \\d" },
	{ "proc.name regex '(?i)abc'", 1,
	  "invalid regex pattern: no argument for repetition operator: ?" },
	{ "proc.name regex 'a+?'" },
	{ "proc.name glob '[a'" },
	{ "proc.name bcontains 41", 1,
	  "filter error: 'bcontains' operator not supported for string filters" },
	{ "evt.buffer bcontains 41" },
	{ "evt.buffer bcontains 4", 1,
	  "filter error: bcontains and bstartswith operator support hex strings only" },
	{ "evt.buffer bcontains zz", 1,
	  "filter error: bcontains and bstartswith operator support hex strings only" },
	{ "evt.buffer icontains x", 1,
	  "filter error: 'icontains' operator not supported for buffer filters" },
	{ "evt.buffer > x", 14, NUMBER },
	{ "evt.buffer intersects (x)" },
	{ "proc.pid contains 1", 1,
	  "filter error: 'contains' operator not supported for numeric filters" },
	{ "proc.pid in (a)", 1, "a is not a valid number" },
	{ "proc.pid > oneof (1,2)", 12, NUMBER },
	{ "proc.pid glob oneof (1)", 1,
	  "filter error: 'glob' operator not supported for numeric filters" },
	{ "proc.name exists oneof (a)", 18, AFTER("exists") },
	{ "proc.name in oneof (a)", 20, AFTER("oneof") },
	{ "proc.name regex anyof ('a.*',b)", 0, NULL,
	  "LOAD_COMPILE_CONDITION 22 " REGEX_HINT("a.*") "\n"
	  "LOAD_COMPILE_CONDITION 22 " REGEX_HINT("b") "\n" },
	{ "proc.name = anyof mylist" },
	{ "proc.name = anyof 'x'", 19, AFTER("anyof") },
	{ "proc.aname > x", 14, NUMBER },
	{ "fd.types=x", 1, "filter error: '=' operator not supported list filters" },
	{ "fd.types in (ipv4)" },
	{ "fd.types contains x", 1, "filter error: 'contains' operator not supported list filters" },
	{ "fd.types pmatch (x)", 1, "filter error: 'pmatch' operator not supported list filters" },
	{ "proc.apid[1]>1" },
	{ "proc.aenv[A]=x" },
	{ "proc.aargs[1]=x" },
	{ "proc.anamex=1", 1, NO_FIELD "proc.anamex" },
	{ "proc.env contains A=1", 20, AFTER("A") },
	{ "thread.cgroup.cpu=x" },
	{ "proc.name=proc.pname", 0, NULL,
	  "LOAD_COMPILE_CONDITION 10 " MISUSED("proc.pname", "field") "\n" },
	{ "proc.name in (proc.pname)", 0, NULL,
	  "LOAD_COMPILE_CONDITION 13 " MISUSED("proc.pname", "field") "\n" },
	{ "proc.name=len" },
	{ "proc.name = fd.nosuch" },
	{ "proc.name='val(proc.pname)'", 0, NULL,
	  "LOAD_COMPILE_CONDITION 10 " MISUSED("val(proc.pname)", "field transformer") "\n" },
	{ "proc.name in ('tolower(proc.pname)')", 0, NULL,
	  "LOAD_COMPILE_CONDITION 13 " MISUSED("tolower(proc.pname)", "field transformer") "\n" },
	{ "ka.verb != \"<NA>\"", 0, NULL,
	  "LOAD_UNSAFE_NA_CHECK 11 a missing value is no text: comparing with <NA> does not find it, use 'exists'\n" },
	{ "user.name=<NA>" },
};

#define CANT(type, name, field)                                                                    \
	"can't add field transformer: type '" type "' is not supported by '" name                  \
	"' transformer applied on field '" field "'"

static const struct load_case transformers[] = {
	{ "tolower(proc.name)=cat" },
	{ "tolower( proc.name )=cat" },
	{ "tolower (proc.name)=cat", 9, AFTER("tolower") },
	{ "TOLOWER(proc.name)=cat", 8, AFTER("TOLOWER") },
	{ "toupper(proc.pid)=1", 1, CANT("INT64", "toupper", "proc.pid") },
	{ "tolower(evt.buffer)=x", 1, CANT("BYTEBUF", "tolower", "evt.buffer") },
	{ "b64(evt.buffer) contains x" },
	{ "basename(proc.exepath)=cat" },
	{ "len(proc.name)>3" },
	{ "len(proc.name)=abc", 1, "abc is not a valid number" },
	{ "len(proc.name) contains 3", 1,
	  "filter error: 'contains' operator not supported for numeric filters" },
	{ "len(fd.types)=3" },
	{ "len(proc.pid)=1", 1, CANT("INT64", "len", "proc.pid") },
	{ "len(proc.aname)>1", 1, "field 'proc.aname' does not support transformers" },
	{ "len(fd.sip.name)=0", 1, "field 'fd.sip.name' does not support transformers" },
	{ "len(tolower(proc.name))=1" },
	{ "tolower(len(proc.name))=1", 1, CANT("UINT64", "tolower", "proc.name") },
	{ "val(proc.name)=cat", 4, AFTER("val") },
	{ "proc.name=val(proc.pname)" },
	{ "proc.name = val(proc.pid)", 1,
	  "field 'proc.name' has type 'CHARBUF' while the right-hand side field 'proc.pid' has incompatible type 'INT64'" },
	{ "proc.pid>val(proc.ppid)" },
	{ "proc.name in (val(proc.pname))", 18, "expected a ')' token" },
	{ "proc.name in val(proc.pname)" },
	{ "proc.name in val(fd.types)", 1,
	  "field 'fd.types' can't be used as a right-hand side field" },
	{ "fd.types in val(fd.types)", 1,
	  "field 'fd.types' doesn't support right-hand side fields" },
	{ "proc.name regex val(proc.pname)", 1,
	  "operator 'REGEX' doesn't support right-hand side fields" },
	{ "proc.name pmatch val(proc.pname)", 1,
	  "operator 'PMATCH' doesn't support right-hand side fields" },
	{ "proc.name glob val(proc.pname)" },
	{ "proc.name = val(tolower(proc.pname))", 17, "expected a field within 'val' transformer" },
	{ "proc.name = tolower(val(proc.pname))", 21, ARG },
	{ "proc.name = val('cat')", 17, "expected a field within 'val' transformer" },
	{ "proc.name = val (proc.pname)", 17, AFTER("val") },
	{ "proc.name = val(nosuch.field)", 1, NO_FIELD "nosuch.field" },
	{ "proc.name = tolower(cat)", 21, ARG },
	{ "proc.name = oneof (val(proc.pname))", 23, "expected a ')' token" },
	{ "proc.name = val(evt.rawarg.name)", 1,
	  "field 'evt.rawarg' can't be used as a right-hand side field" },
	{ "concat(proc.name)=cat", 1, "unknown field transfomer 'concat'" },
	{ "concat('a','b')=ab" },
	{ "concat()=x", 8, ARG },
	{ "concat(proc.name, proc.pid)=x", 1, "concat() arguments must be strings" },
	{ "concat(proc.name, 5)=cat5" },
	{ "concat(proc.name, fd.types)=x", 1, "concat() arguments must be strings" },
	{ "join(',', fd.types)=x" },
	{ "join(',', proc.aname)=x", 1, "join() second argument must be a list" },
	{ "join(',', (proc.name, 5))=x" },
	{ "join(',', ())=''" },
	{ "join(',')=x", 1, "unknown field transfomer 'join'" },
	{ "join(fd.types,',')=x", 1,
	  "join() first argument (separator) must be a single value, not a list" },
	{ "getopt(proc.args,'ab:')=x", 1, "getopt() first argument must be a list" },
	{ "getopt(proc.args)=x", 1, "unknown field transfomer 'getopt'" },
	{ "getopt(('cat','-a'),'a') intersects ('a')" },
	{ "getopt(('-z'),'a') = '?'", 1,
	  "filter error: '=' operator not supported list filters" },
	{ "getopt((proc.exe,'-a'),'a')[a] exists" },
	{ "len(('a','b'))=2" },
	{ "tolower('A')=a" },
	{ "tolower(proc.name", 18, CLOSING },
	{ "tolower proc.name", 9, AFTER("tolower") },
	{ "tolower(proc.name,proc.pname)=x", 1, "tolower() takes at most 1 arguments" },
	{ "nosuch(proc.name)=x", 7, AFTER("nosuch") },
	{ "tolower(nosuch.f)=x", 1, NO_FIELD "nosuch.f" },
	{ "tolower()=x", 9, ARG },
	{ "tolower(evt.rawarg.name)=x", 1, "field 'evt.rawarg' does not support transformers" },
	{ "tolower(fd.sip)=x", 1, CANT("IPADDR", "tolower", "fd.sip") },
	{ "tolower(evt.around[1])=x", 1, "field 'evt.around' does not support transformers" },
	{ "evt.rawarg.res=val(proc.pid)", 1,
	  "field 'evt.rawarg' doesn't support right-hand side fields" },
	{ "proc.apid[1]=val(proc.ppid)", 1,
	  "field 'proc.apid' doesn't support right-hand side fields" },
	{ "evt.is_io=evt.failed", 1, "filter error: unrecognized boolean value evt.failed" },
	{ "evt.is_io=val(evt.failed)" },
};

static void test_load(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(grammar); i++)
		load(&grammar[i]);
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		load(&types[i]);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		load(&texts[i]);
	for (size_t i = 0; i < ARRAY_LEN(transformers); i++)
		load(&transformers[i]);
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
