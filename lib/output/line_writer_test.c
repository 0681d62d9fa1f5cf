/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "output/line_writer.h"

static size_t readable(int fd, char *text, size_t size)
{
	ssize_t n = read(fd, text, size - 1);

	text[n > 0 ? n : 0] = 0;
	return n > 0 ? (size_t)n : 0;
}

static void unbuffered_lines_come_at_once(void **state)
{
	char text[100];
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	struct line_writer w = LINE_WRITER_INIT(fds[1], false);

	line_writer_put(&w, STR("one"));
	readable(fds[0], text, sizeof(text));
	assert_string_equal(text, "one\n");
	line_writer_fini(&w);
	close(fds[0]);
	close(fds[1]);
}

static void buffered_lines_wait_for_the_flush(void **state)
{
	char text[100];
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
	struct line_writer w = LINE_WRITER_INIT(fds[1], true);

	line_writer_put(&w, STR("one"));
	line_writer_put(&w, STR("two"));
	assert_int_equal(readable(fds[0], text, sizeof(text)), 0);
	line_writer_flush(&w);
	readable(fds[0], text, sizeof(text));
	assert_string_equal(text, "one\ntwo\n");
	line_writer_fini(&w);
	close(fds[0]);
	close(fds[1]);
}

static void losses_are_counted(void **state)
{
	int fds[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(fds), 0);
	close(fds[0]); /* nobody reads */
	struct line_writer w = LINE_WRITER_INIT(fds[1], true);

	line_writer_put(&w, STR("one"));
	line_writer_put(&w, STR("two"));
	line_writer_flush(&w);
	assert_int_equal(w.lost_lines, 2);
	assert_int_equal(w.error, -EPIPE);
	line_writer_fini(&w);
	close(fds[1]);
}

static volatile sig_atomic_t alarms;

static void on_alarm(int number)
{
	(void)number;
	alarms = alarms + 1;
}

static bool stopped(void)
{
	return alarms != 0;
}

static void a_stuck_reader_does_not_keep_us(void **state)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	/* Again and again: a single signal could come just before write() blocks. */
	struct itimerval timer = { { 0, 20000 }, { 0, 20000 } };
	struct itimerval off = { { 0, 0 }, { 0, 0 } };
	static char page[4096];
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
	while (write(fds[1], page, sizeof(page)) > 0)
		; /* until it is full */
	assert_int_equal(fcntl(fds[1], F_SETFL, 0), 0);
	struct line_writer w = LINE_WRITER_INIT(fds[1], false);

	w.give_up = stopped;
	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	line_writer_put(&w, STR("one"));
	setitimer(ITIMER_REAL, &off, NULL);
	assert_int_equal(w.lost_lines, 1);
	assert_int_equal(w.error, -EINTR);
	line_writer_fini(&w);
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unbuffered_lines_come_at_once),
		cmocka_unit_test(buffered_lines_wait_for_the_flush),
		cmocka_unit_test(losses_are_counted),
		cmocka_unit_test(a_stuck_reader_does_not_keep_us),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
