/* A load client for script/bench: one thread, one epoll loop, HTTP/1.1 and WebSocket over loopback.
 *
 *   chatload idle --port P --path WS [--host H] --sockets N [--send TEXT]...
 *       opens N WebSockets, prints one line, holds them until standard input ends
 *   chatload fan  --port P --path WS [--host H] --sockets N [--send TEXT]... --rate R --seconds S
 *                 [--publishers K] (--post PATH --body TEXT [--token T] | --publish WS --text TEXT)
 *       N subscribers; K publishers take turns to send R messages a second in an open loop; {stamp} in the text is what
 *       is looked for: each subscriber must get each message once, and all of them in the same order
 *   chatload http --port P [--host H] --connections C --count N [--method M] --path PATH [--body TEXT] [--token T]
 *       a closed loop of N requests; {n} in path and body is the number of the request
 *
 * Results are one line of JSON. Latencies in fan run from the instant a message was due, not from when it was sent.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { MAX_HELLOS = 8, OPENING_AT_ONCE = 200, BUCKETS = 1 << 20, BUCKET_NS = 10000 };
#define STAMP_MARK "stamp-"

typedef struct {
    int fd;
    enum { CONNECTING, SHAKING, OPEN, CLOSED } state;
    bool is_http, is_publisher, awaits_room;
    uint8_t *in;
    size_t in_count, in_room;
    char *out;
    size_t out_count, out_room;
    uint32_t taken;
    uint64_t order;
    uint8_t *seen;
    uint64_t sent_at;
} connection;

static struct {
    const char *mode, *host, *path, *post, *publish, *body, *text, *token, *method, *hellos[MAX_HELLOS];
    int port, sockets, connections, publishers, hello_count;
    long count;
    double rate, seconds;
} option = {.host = "127.0.0.1", .method = "GET", .sockets = 0, .connections = 1, .publishers = 1};

static int loop;
static connection *all;
static int open_count, failed_count, dropped_count;
static uint64_t delivered, repeated, answers, refusals;
static uint32_t total;
static uint32_t histogram[BUCKETS];
static uint64_t histogram_count, slowest;

static void fail(const char *what) {
    fprintf(stderr, "chatload: %s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void record(uint64_t ns) {
    uint64_t bucket = ns / BUCKET_NS;
    histogram[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
    histogram_count++;
    if (ns > slowest) slowest = ns;
}

static uint64_t percentile_us(double part) {
    uint64_t wanted = (uint64_t)(part * (double)histogram_count), seen = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
        seen += histogram[bucket];
        if (seen > wanted) return (uint64_t)bucket * BUCKET_NS / 1000;
    }
    return slowest / 1000;
}

/* Output */

static void watch(connection *c, int operation) {
    struct epoll_event event = {.events = EPOLLIN | (c->awaits_room ? EPOLLOUT : 0), .data.ptr = c};
    if (epoll_ctl(loop, operation, c->fd, &event)) fail("epoll_ctl");
}

/* Asks to be told, or not, when the socket takes more. */
static void await_room(connection *c, bool wanted) {
    if (c->awaits_room == wanted) return;
    c->awaits_room = wanted;
    watch(c, EPOLL_CTL_MOD);
}

static void drop(connection *c) {
    if (c->state == CLOSED) return;
    if (c->state == OPEN) {
        dropped_count++;
        open_count--;
    } else {
        failed_count++;
    }
    c->state = CLOSED;
    close(c->fd);
    free(c->in);
    free(c->out);
    c->in = NULL;
    c->out = NULL;
    c->in_count = c->in_room = c->out_count = c->out_room = 0;
}

static void flush(connection *c) {
    size_t done = 0;
    while (done < c->out_count) {
        ssize_t sent = send(c->fd, c->out + done, c->out_count - done, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EAGAIN) break;
            drop(c);
            return;
        }
        done += (size_t)sent;
    }
    memmove(c->out, c->out + done, c->out_count - done);
    c->out_count -= done;
    if (c->out_count == 0) {
        /* An idle socket keeps no buffer. */
        free(c->out);
        c->out = NULL;
        c->out_room = 0;
    }
    await_room(c, c->out_count > 0);
}

static void append(connection *c, const void *bytes, size_t count) {
    if (c->out_count + count > c->out_room) {
        c->out_room = (c->out_count + count) * 2;
        if (!(c->out = realloc(c->out, c->out_room))) fail("memory");
    }
    memcpy(c->out + c->out_count, bytes, count);
    c->out_count += count;
}

/* Frames are masked with a key of zero: legal, and free. */
static void append_frame(connection *c, uint8_t opcode, const void *payload, size_t count) {
    uint8_t head[14] = {(uint8_t)(0x80 | opcode)};
    size_t length = 2;
    if (count < 126) {
        head[1] = (uint8_t)(0x80 | count);
    } else if (count < 65536) {
        head[1] = 0x80 | 126;
        head[2] = (uint8_t)(count >> 8);
        head[3] = (uint8_t)count;
        length = 4;
    } else {
        head[1] = 0x80 | 127;
        for (int index = 0; index < 8; index++) head[2 + index] = (uint8_t)((uint64_t)count >> (56 - 8 * index));
        length = 10;
    }
    length += 4;
    append(c, head, length);
    append(c, payload, count);
}

/* `template` with every `mark` replaced. The result lives until the next call. */
static const char *filled(const char *template, const char *mark, const char *value) {
    static char *text;
    static size_t room;
    size_t needed = strlen(template) * (strlen(value) + 1) + 1;
    if (needed > room && !(text = realloc(text, room = needed))) fail("memory");
    char *end = text;
    for (const char *from = template; *from;) {
        if (!strncmp(from, mark, strlen(mark))) {
            end = stpcpy(end, value);
            from += strlen(mark);
        } else {
            *end++ = *from++;
        }
    }
    *end = 0;
    return text;
}

static void append_request(connection *c, const char *method, const char *path, const char *body) {
    char head[4096];
    size_t length = body ? strlen(body) : 0;
    int count = snprintf(
        head, sizeof head, "%s %s HTTP/1.1\r\nHost: %s\r\n%s%s%s%s", method, path, option.host,
        option.token ? "Authorization: Bearer " : "", option.token ? option.token : "", option.token ? "\r\n" : "",
        body ? "Content-Type: application/json\r\n" : "");
    append(c, head, (size_t)count);
    if (body) append(c, head, (size_t)snprintf(head, sizeof head, "Content-Length: %zu\r\n", length));
    append(c, "\r\n", 2);
    if (body) append(c, body, length);
}

/* Connections */

static void start(connection *c, bool is_http) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)option.port)};
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    memset(c, 0, sizeof *c);
    c->is_http = is_http;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) fail("socket");
    int one = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(c->fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS) fail("connect");
    c->state = CONNECTING;
    c->awaits_room = true;
    watch(c, EPOLL_CTL_ADD);
}

static void connected(connection *c) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) {
        drop(c);
        return;
    }
    if (c->is_http) {
        c->state = OPEN;
        open_count++;
    } else {
        char request[4096];
        int count = snprintf(
            request, sizeof request,
            "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
            c->is_publisher ? option.publish : option.path, option.host);
        c->state = SHAKING;
        append(c, request, (size_t)count);
    }
    flush(c);
}

/* What arrives */

/* When the bytes that are being looked at were read: one look at the clock for all frames of a read. */
static uint64_t received_at;

static void take_text(connection *c, const uint8_t *payload, size_t count) {
    /* Engine.IO pings with a "2" and wants a "3". */
    if (count == 1 && payload[0] == '2') {
        append_frame(c, 1, "3", 1);
        flush(c);
        return;
    }
    if (c->is_publisher) return;
    const uint8_t *mark = memmem(payload, count, STAMP_MARK, sizeof STAMP_MARK - 1);
    if (!mark || (size_t)(payload + count - mark) < sizeof STAMP_MARK - 1 + 31) return;
    uint32_t number = (uint32_t)strtoul((const char *)mark + 6, NULL, 10);
    uint64_t due = strtoull((const char *)mark + 17, NULL, 10);
    if (number >= total || c->seen[number / 8] >> number % 8 & 1) {
        repeated++;
        return;
    }
    c->seen[number / 8] |= (uint8_t)(1 << number % 8);
    /* Equal sequences have equal sums; different ones, as good as never. */
    c->order = (c->order ^ number) * 0x100000001b3u + 1;
    c->taken++;
    delivered++;
    record(received_at > due ? received_at - due : 0);
}

/* Reads whole frames; returns how many bytes were used. */
static size_t take_frames(connection *c, const uint8_t *bytes, size_t count) {
    size_t used = 0;
    while (count - used >= 2) {
        const uint8_t *frame = bytes + used;
        uint64_t length = frame[1] & 127;
        size_t head = length == 126 ? 4 : length == 127 ? 10 : 2;
        if (count - used < head) break;
        if (length == 126) length = (uint64_t)frame[2] << 8 | frame[3];
        if (length == 127) {
            length = 0;
            for (int index = 0; index < 8; index++) length = length << 8 | frame[2 + index];
        }
        if (count - used - head < length) break;
        const uint8_t *payload = frame + head;
        switch (frame[0] & 15) {
        case 1: take_text(c, payload, (size_t)length); break;
        case 8: drop(c); return count;
        case 9:
            append_frame(c, 10, payload, (size_t)length);
            flush(c);
            break;
        default: break;
        }
        if (c->state == CLOSED) return count;
        used += head + (size_t)length;
    }
    return used;
}

/* Reads whole answers; returns how many bytes were used. */
static size_t take_answers(connection *c, const uint8_t *bytes, size_t count, void (*answered)(connection *, int)) {
    size_t used = 0;
    while (used < count) {
        const uint8_t *end = memmem(bytes + used, count - used, "\r\n\r\n", 4);
        if (!end) break;
        int status = atoi((const char *)bytes + used + 9);
        size_t length = 0;
        for (const uint8_t *line = bytes + used; line < end;) {
            const uint8_t *next = memmem(line, (size_t)(end + 2 - line), "\r\n", 2);
            if (!next) break;
            if (!strncasecmp((const char *)line, "content-length:", 15)) length = strtoul((const char *)line + 15, NULL, 10);
            line = next + 2;
        }
        size_t whole = (size_t)(end + 4 - (bytes + used)) + length;
        if (count - used < whole) break;
        used += whole;
        answered(c, status);
    }
    return used;
}

static void opened(connection *c) {
    c->state = OPEN;
    open_count++;
    for (int index = 0; index < option.hello_count; index++) {
        append_frame(c, 1, option.hellos[index], strlen(option.hellos[index]));
    }
    flush(c);
}

static void readable(connection *c, void (*answered)(connection *, int)) {
    static uint8_t buffer[1 << 18];
    for (int round = 0; round < 4 && c->state != CLOSED; round++) {
        /* What was left over goes first. */
        memcpy(buffer, c->in, c->in_count);
        ssize_t got = recv(c->fd, buffer + c->in_count, sizeof buffer - 1 - c->in_count, 0);
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) {
            drop(c);
            return;
        }
        received_at = now_ns();
        bool is_empty = (size_t)got < sizeof buffer - 1 - c->in_count;
        size_t count = c->in_count + (size_t)got, used = 0;
        buffer[count] = 0;
        if (c->state == SHAKING) {
            const uint8_t *end = memmem(buffer, count, "\r\n\r\n", 4);
            if (end) {
                if (memcmp(buffer, "HTTP/1.1 101", 12)) {
                    if (!failed_count) fprintf(stderr, "chatload: %.*s\n", (int)(end - buffer), (char *)buffer);
                    drop(c);
                    return;
                }
                used = (size_t)(end + 4 - buffer);
                opened(c);
            }
        }
        if (c->state == OPEN) {
            used += c->is_http ? take_answers(c, buffer + used, count - used, answered)
                               : take_frames(c, buffer + used, count - used);
        }
        if (c->state == CLOSED) return;
        size_t left = count - used;
        if (left > c->in_room && !(c->in = realloc(c->in, c->in_room = left))) fail("memory");
        memcpy(c->in, buffer + used, left);
        c->in_count = left;
        if (!left) {
            free(c->in);
            c->in = NULL;
            c->in_room = 0;
        }
        if (left >= sizeof buffer - 1) fail("a message is too long for this client");
        /* A read that did not fill the buffer has emptied the socket; asking again would be a call for nothing. */
        if (is_empty) return;
    }
}

static void turn(int milliseconds, void (*answered)(connection *, int)) {
    struct epoll_event events[512];
    int count = epoll_wait(loop, events, 512, milliseconds);
    if (count < 0 && errno != EINTR) fail("epoll_wait");
    for (int index = 0; index < count; index++) {
        connection *c = events[index].data.ptr;
        if (!c || c->state == CLOSED) continue;
        if (c->state == CONNECTING) {
            connected(c);
            continue;
        }
        if (events[index].events & EPOLLOUT) flush(c);
        if (c->state != CLOSED && events[index].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) readable(c, answered);
    }
}

static void no_answer(connection *c, int status) {
    (void)c;
    answers++;
    if (status / 100 != 2) refusals++;
}

/* Opens WebSockets, a bounded number at a time; returns the seconds it took. */
static double open_sockets(int count) {
    uint64_t begun = now_ns();
    int started = 0;
    while (open_count + failed_count + dropped_count < count) {
        while (started < count && started - open_count - failed_count - dropped_count < OPENING_AT_ONCE) start(&all[started++], false);
        turn(100, no_answer);
        if (now_ns() - begun > 120000000000u) break;
    }
    return (double)(now_ns() - begun) / 1e9;
}

/* Modes */

static void run_idle(void) {
    double seconds = open_sockets(option.sockets);
    printf("{\"open\":%d,\"failed\":%d,\"seconds\":%.3f}\n", open_count, failed_count + dropped_count, seconds);
    fflush(stdout);
    struct pollfd input = {.fd = 0, .events = POLLIN};
    while (poll(&input, 1, 0) <= 0) turn(100, no_answer);
    printf("{\"open\":%d,\"dropped\":%d}\n", open_count, dropped_count);
}

static void publish(connection *publisher, uint32_t number, uint64_t due) {
    char stamp[64];
    snprintf(stamp, sizeof stamp, STAMP_MARK "%010u-%020llu", number, (unsigned long long)due);
    if (option.publish) {
        const char *text = filled(option.text, "{stamp}", stamp);
        append_frame(publisher, 1, text, strlen(text));
    } else {
        append_request(publisher, "POST", option.post, filled(option.body, "{stamp}", stamp));
    }
    flush(publisher);
}

static void run_fan(void) {
    total = (uint32_t)(option.rate * option.seconds);
    open_sockets(option.sockets);
    int subscribers = open_count;
    for (int index = 0; index < option.sockets; index++) {
        if (!(all[index].seen = calloc(total / 8 + 1, 1))) fail("memory");
    }
    connection *publishers = &all[option.sockets];
    for (int index = 0; index < option.publishers; index++) {
        start(&publishers[index], !option.publish);
        publishers[index].is_publisher = true;
    }
    for (uint64_t begun = now_ns(); open_count < subscribers + option.publishers && now_ns() - begun < 5000000000u;) turn(100, no_answer);
    if (open_count < subscribers + option.publishers) fail("a publisher cannot connect");
    /* Time for whoever joins by a message. */
    for (uint64_t begun = now_ns(); now_ns() - begun < 1000000000u;) turn(50, no_answer);

    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (timer < 0 || epoll_ctl(loop, EPOLL_CTL_ADD, timer, &event)) fail("timer");
    uint32_t sent = 0;
    uint64_t step = (uint64_t)(1e9 / option.rate), begin = now_ns() + step;
    while (sent < total) {
        uint64_t due = begin + step * sent, time = now_ns();
        if (time >= due) {
            connection *publisher = &publishers[sent % (uint32_t)option.publishers];
            if (publisher->state != OPEN) break;
            publish(publisher, sent++, due);
            continue;
        }
        struct itimerspec wake = {.it_value = {.tv_sec = (time_t)(due / 1000000000u), .tv_nsec = (long)(due % 1000000000u)}};
        timerfd_settime(timer, TFD_TIMER_ABSTIME, &wake, NULL);
        turn(100, no_answer);
    }
    uint64_t expected = (uint64_t)sent * (uint64_t)subscribers;
    for (uint64_t begun = now_ns(); delivered < expected && now_ns() - begun < 10000000000u;) turn(100, no_answer);

    /* Whoever got everything got it in the order of the first who did. */
    int disordered = 0;
    connection *first = NULL;
    for (int index = 0; index < option.sockets; index++) {
        if (all[index].taken != sent) continue;
        if (!first) first = &all[index];
        if (all[index].order != first->order) disordered++;
    }
    printf(
        "{\"subscribers\":%d,\"failed\":%d,\"dropped\":%d,\"sent\":%u,\"refused\":%llu,\"expected\":%llu,\"delivered\":%llu,"
        "\"repeated\":%llu,\"disordered\":%d,\"p50_us\":%llu,\"p99_us\":%llu,\"max_us\":%llu}\n",
        subscribers, failed_count, dropped_count, sent, (unsigned long long)refusals, (unsigned long long)expected,
        (unsigned long long)delivered, (unsigned long long)repeated, disordered, (unsigned long long)percentile_us(0.5),
        (unsigned long long)percentile_us(0.99), (unsigned long long)(slowest / 1000));
}

static long started;

static void next_request(connection *c) {
    if (started >= option.count) return;
    char number[32], *path;
    snprintf(number, sizeof number, "%ld", started++);
    if (!(path = strdup(filled(option.path, "{n}", number)))) fail("memory");
    c->sent_at = now_ns();
    append_request(c, option.method, path, option.body ? filled(option.body, "{n}", number) : NULL);
    free(path);
    flush(c);
}

static void answered(connection *c, int status) {
    record(now_ns() - c->sent_at);
    no_answer(c, status);
    next_request(c);
}

static void run_http(void) {
    for (int index = 0; index < option.connections; index++) start(&all[index], true);
    while (open_count + failed_count < option.connections) turn(100, answered);
    uint64_t begun = now_ns();
    for (int index = 0; index < option.connections; index++) {
        if (all[index].state == OPEN) next_request(&all[index]);
    }
    while ((long)answers < option.count && open_count) turn(100, answered);
    double seconds = (double)(now_ns() - begun) / 1e9;
    printf(
        "{\"requests\":%llu,\"refused\":%llu,\"dropped\":%d,\"seconds\":%.3f,\"rate\":%.0f,\"p50_us\":%llu,\"p99_us\":%llu,"
        "\"max_us\":%llu}\n",
        (unsigned long long)answers, (unsigned long long)refusals, dropped_count, seconds, (double)answers / seconds,
        (unsigned long long)percentile_us(0.5), (unsigned long long)percentile_us(0.99),
        (unsigned long long)(slowest / 1000));
}

static void read_options(int count, char **arguments) {
    static const char usage[] = "usage: chatload idle|fan|http --port P --path PATH ...; see the head of chatload.c\n";
    if (count < 2) {
        fputs(usage, stderr);
        exit(2);
    }
    option.mode = arguments[1];
    for (int index = 2; index < count; index += 2) {
        const char *name = arguments[index], *value = index + 1 < count ? arguments[index + 1] : NULL;
        if (!value) goto wrong;
        if (!strcmp(name, "--port")) option.port = atoi(value);
        else if (!strcmp(name, "--host")) option.host = value;
        else if (!strcmp(name, "--path")) option.path = value;
        else if (!strcmp(name, "--sockets")) option.sockets = atoi(value);
        else if (!strcmp(name, "--connections")) option.connections = atoi(value);
        else if (!strcmp(name, "--publishers")) option.publishers = atoi(value);
        else if (!strcmp(name, "--count")) option.count = atol(value);
        else if (!strcmp(name, "--rate")) option.rate = atof(value);
        else if (!strcmp(name, "--seconds")) option.seconds = atof(value);
        else if (!strcmp(name, "--post")) option.post = value;
        else if (!strcmp(name, "--publish")) option.publish = value;
        else if (!strcmp(name, "--body")) option.body = value;
        else if (!strcmp(name, "--text")) option.text = value;
        else if (!strcmp(name, "--token")) option.token = value;
        else if (!strcmp(name, "--method")) option.method = value;
        else if (!strcmp(name, "--send") && option.hello_count < MAX_HELLOS) option.hellos[option.hello_count++] = value;
        else goto wrong;
    }
    if (option.port && option.path) return;
wrong:
    fputs(usage, stderr);
    exit(2);
}

int main(int count, char **arguments) {
    read_options(count, arguments);
    struct rlimit limit;
    if (!getrlimit(RLIMIT_NOFILE, &limit)) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    loop = epoll_create1(EPOLL_CLOEXEC);
    if (loop < 0) fail("epoll");
    int most = option.sockets > option.connections ? option.sockets : option.connections;
    most += option.publishers;
    if (!(all = calloc((size_t)most, sizeof *all))) fail("memory");
    for (int index = 0; index < most; index++) all[index].state = CLOSED;
    if (!strcmp(option.mode, "idle")) run_idle();
    else if (!strcmp(option.mode, "fan") && option.rate > 0 && ((option.post && option.body) || (option.publish && option.text))) run_fan();
    else if (!strcmp(option.mode, "http") && option.count > 0) run_http();
    else {
        fputs("chatload: something is missing for this mode; see the head of chatload.c\n", stderr);
        return 2;
    }
    return 0;
}
