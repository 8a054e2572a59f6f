/*
 * The contract of a lock as a model: two clients, one server, one lock. .ci/model checks it with spin.
 *
 * Time passes in steps, the same for all, at any moment. A message may take any time, so a silent network is one whose messages
 * never arrive, and a process may pause anywhere. A connection breaks on both sides, or on one side first. With
 * SERVER_KEEPS_LOCKS the server keeps the locks of lost connections (--auto-release-on-disconnect=false), and forgets all
 * of them when it is restarted.
 *
 * Checked in every state that can be reached:
 *  - never two owners, except while a connection is broken at the server and its client has not seen it;
 *  - a handle is handed out with at least half of its time left;
 *  - no loss is told twice, and none is untold when nothing more can happen.
 *
 * Left out: several locks and servers, withdrawn requests, hold limits, the order of the queue. A client connects again only
 * after both sides have seen the end of its connection.
 *
 * Each of these flags takes a rule away, and spin has to find an error then:
 *  NO_SILENCE_DEADLINE    the deadline is that of the lease alone
 *  NO_CONFIRMATION        a late grant is handed out without a renewal
 *  COUNTS_FROM_ANSWER     the time of a grant counts from its answer instead of its request
 *  NO_SUSPENSION          a handle stays held when its connection ends (with SERVER_KEEPS_LOCKS)
 *  RESUMED_UNASKED        a suspended handle is held again as soon as there is a connection (with SERVER_KEEPS_LOCKS)
 *  NOT_TOLD               a loss that a caller notices is not handed to the loop
 *  TOLD_AGAIN             a loss is told by all who notice it
 */

#define LEASE 4
/* The server hangs up after so much silence. */
#define READ_TIMEOUT 3
/* What the client counts on: the read timeout less a margin. */
#define SILENCE 2

/* How often the first client asks for the lock; the second one asks once. There are more states where locks are kept. */
#ifdef SERVER_KEEPS_LOCKS
#define ROUNDS 1
#else
#define ROUNDS 2
#endif

#define NOBODY 2

mtype = { ACQUIRE, RENEW, RELEASE, OK, REFUSED }
mtype = { IDLE, ASKED, CONFIRMING, HELD, SUSPENDED, LOST, RELEASED }

/* --- connections: what travels, and which ends are open */

chan up[2] = [2] of { mtype, byte };
chan down[2] = [2] of { mtype, byte };
bool serverOpen[2];
bool clientOpen[2];
/* Broken at the server, or the server was restarted; the client has not seen it. */
bool broken[2];

byte breaks = 1;
/* Where locks end with their connection, a restart is no more than broken connections. */
#ifdef SERVER_KEEPS_LOCKS
byte restarts = 1;
#else
byte restarts = 0;
#endif

/* --- the server */

byte holder = NOBODY;
/* Of the last grant. */
byte lastToken = 0;
/* How old things are, up to the age from which on it makes no difference. What has no meaning is 0. */
byte leaseAge = 0;
byte silenceAge[2];
bool queued[2];

/* --- the clients */

mtype state[2] = IDLE;
byte token[2];
byte rounds[2] = { ROUNDS, 1 };
byte outstanding[2];
/* Of the request whose answer counts, and of the one from which the deadline counts. */
byte requestAge[2];
byte deadlineAge[2];
/* A caller has noticed the deadline, and the loop has not told the loss yet. */
bool handedToLoop[2];
byte told[2];

/* The time of a handle: the silence if the server frees what a connection held, because here that is shorter than the lease. */
#if defined(SERVER_KEEPS_LOCKS) || defined(NO_SILENCE_DEADLINE)
#define WHOLE LEASE
#else
#define WHOLE SILENCE
#endif

#define mayBeLost(c) (state[c] == HELD || state[c] == SUSPENDED)
#define timeLeft(c) (deadlineAge[c] < WHOLE)
#define halfLeft(c) (2 * (WHOLE - deadlineAge[c]) >= WHOLE)
#define isHeld(c) (state[c] == HELD && timeLeft(c))
#define isOver(c) (state[c] == RELEASED || (state[c] == LOST && told[c] == 1))

/* --- the server */

inline grant(c) {
    holder = c;
    lastToken++;
    leaseAge = 0;
    silenceAge[c] = 0;
    queued[c] = false;
    down[c]!OK(lastToken)
}

inline free() {
    holder = NOBODY;
    leaseAge = 0;
    if
    :: queued[0] -> grant(0)
    :: !queued[0] && queued[1] -> grant(1)
    :: !queued[0] && !queued[1]
    fi
}

inline drop(messages) {
    do
    :: nempty(messages) -> messages?_, _
    :: empty(messages) -> break
    od
}

/* What the client has not read yet may still arrive. */
inline closeAtServer(c, isBroken) {
    drop(up[c]);
    broken[c] = (isBroken) && clientOpen[c];
    serverOpen[c] = false;
    silenceAge[c] = 0;
    queued[c] = false
}

inline hangUp(c, isBroken) {
    closeAtServer(c, isBroken);
#ifndef SERVER_KEEPS_LOCKS
    if
    :: holder == c -> free()
    :: holder != c
    fi
#endif
}

#define isHolder (holder != NOBODY && given == lastToken)

inline serve(c) {
    up[c]?request, given;
    silenceAge[c] = 0;
    if
    :: request == ACQUIRE && holder == NOBODY -> grant(c)
    :: request == ACQUIRE && holder != NOBODY -> queued[c] = true
    :: request == RENEW && isHolder && leaseAge < LEASE ->
        leaseAge = 0;
        down[c]!OK(given)
    :: request == RENEW && !(isHolder && leaseAge < LEASE) -> down[c]!REFUSED(given)
    :: request == RELEASE && isHolder ->
        down[c]!OK(given);
        free()
    :: request == RELEASE && !isHolder -> down[c]!REFUSED(given)
    fi;
    request = 0;
    given = 0
}

active proctype server() {
    mtype request;
    byte given;
end:
    do
    :: d_step { serverOpen[0] && !queued[0] && nempty(up[0]) -> serve(0) }
    :: d_step { serverOpen[1] && !queued[1] && nempty(up[1]) -> serve(1) }
    :: d_step { holder != NOBODY && leaseAge == LEASE -> free() }
    :: d_step { serverOpen[0] && silenceAge[0] == READ_TIMEOUT -> hangUp(0, false) }
    :: d_step { serverOpen[1] && silenceAge[1] == READ_TIMEOUT -> hangUp(1, false) }
    :: d_step { serverOpen[0] && clientOpen[0] && breaks > 0 ->
            breaks--;
            hangUp(0, true) }
    :: d_step { serverOpen[1] && clientOpen[1] && breaks > 0 ->
            breaks--;
            hangUp(1, true) }
    /* It sees at last what the client has closed. */
    :: d_step { serverOpen[0] && !clientOpen[0] -> hangUp(0, false) }
    :: d_step { serverOpen[1] && !clientOpen[1] -> hangUp(1, false) }
    :: d_step { restarts > 0 ->
            restarts--;
            closeAtServer(0, true);
            closeAtServer(1, true);
            holder = NOBODY;
            leaseAge = 0 }
    od
}

/* --- a client */

inline send(c, what) {
    up[c]!what(token[c]);
    outstanding[c]++
}

/* A request whose answer counts. If the server has hung up, it arrives nowhere. */
inline ask(c, what) {
    requestAge[c] = 0;
    if
    :: serverOpen[c] -> send(c, what)
    :: !serverOpen[c] -> outstanding[c]++
    fi
}

/* Nobody waits for the answer. */
inline release(c) {
    if
    :: clientOpen[c] && serverOpen[c] && outstanding[c] < 2 -> send(c, RELEASE)
    :: !(clientOpen[c] && serverOpen[c] && outstanding[c] < 2)
    fi;
    token[c] = 0
}

inline forgetTimes(c) {
    requestAge[c] = 0;
    deadlineAge[c] = 0
}

inline tell(c) {
    told[c]++;
    assert(told[c] == 1);
    release(c)
}

inline lose(c) {
    state[c] = LOST;
    forgetTimes(c);
    tell(c)
}

inline notGranted(c) {
    state[c] = IDLE;
    token[c] = 0;
    forgetTimes(c)
}

inline confirmed(c) {
#ifdef COUNTS_FROM_ANSWER
    deadlineAge[c] = 0;
#else
    deadlineAge[c] = requestAge[c];
#endif
    requestAge[c] = 0
}

inline handOut(c) {
    state[c] = HELD;
    assert(halfLeft(c))
}

inline granted(c) {
    confirmed(c);
    if
#ifdef NO_CONFIRMATION
    :: true -> handOut(c)
#else
    :: halfLeft(c) -> handOut(c)
    :: !halfLeft(c) ->
        state[c] = CONFIRMING;
        deadlineAge[c] = 0;
        ask(c, RENEW)
#endif
    fi
}

inline answered(c) {
    down[c]?reply, got;
    outstanding[c]--;
    if
    :: state[c] == ASKED ->
        token[c] = got;
        granted(c)
    :: state[c] == CONFIRMING && reply == OK -> granted(c)
    :: state[c] == CONFIRMING && reply == REFUSED -> notGranted(c)
    :: mayBeLost(c) && timeLeft(c) && reply == OK ->
        state[c] = HELD;
        confirmed(c)
    :: mayBeLost(c) && !(timeLeft(c) && reply == OK) -> lose(c)
    :: else
    fi;
    reply = 0;
    got = 0
}

/* The client sees the end of its connection, or ends it. What is still on its way does not arrive. */
inline closeAtClient(c) {
    drop(down[c]);
    clientOpen[c] = false;
    broken[c] = false;
    outstanding[c] = 0;
    requestAge[c] = 0;
    if
    :: state[c] == ASKED || state[c] == CONFIRMING -> notGranted(c)
#ifndef SERVER_KEEPS_LOCKS
    :: state[c] == HELD -> lose(c)
#else
#ifndef NO_SUSPENSION
    :: state[c] == HELD && timeLeft(c) -> state[c] = SUSPENDED
    :: state[c] == HELD && !timeLeft(c) -> lose(c)
#endif
#endif
    :: else
    fi
}

#define maySend(c) (clientOpen[c] && outstanding[c] == 0)
#define mayDial(c) (!clientOpen[c] && !serverOpen[c])

/* Connects if it has to, and asks. */
inline dialAndAsk(c, what) {
    if
    :: !clientOpen[c] ->
        drop(down[c]);
        clientOpen[c] = true;
        serverOpen[c] = true;
        silenceAge[c] = 0
    :: clientOpen[c]
    fi;
    ask(c, what)
}

active [2] proctype client() {
    mtype reply;
    byte got;
    byte c = _pid - 1;
end:
    do
    :: d_step { state[c] == IDLE && rounds[c] > 0 && (mayDial(c) || maySend(c)) ->
            rounds[c]--;
            told[c] = 0;
            dialAndAsk(c, ACQUIRE);
            state[c] = ASKED }
    /* A renewal at the time from which the deadline counts would change nothing. */
    :: d_step { isHeld(c) && deadlineAge[c] > 0 && maySend(c) -> ask(c, RENEW) }
#ifdef SERVER_KEEPS_LOCKS
    :: d_step { mayBeLost(c) && timeLeft(c) && mayDial(c) ->
#ifdef RESUMED_UNASKED
            state[c] = HELD;
#endif
            dialAndAsk(c, RENEW) }
#endif
    :: d_step { isHeld(c) ->
            state[c] = RELEASED;
            forgetTimes(c);
            release(c) }
    :: d_step { clientOpen[c] && nempty(down[c]) -> answered(c) }
    :: d_step { clientOpen[c] && !serverOpen[c] -> closeAtClient(c) }
    /* This side breaks first. */
    :: d_step { clientOpen[c] && serverOpen[c] && breaks > 0 ->
            breaks--;
            closeAtClient(c) }
    /* The deadline: a timer of the loop, or a caller that asks earlier. */
    :: d_step { mayBeLost(c) && !timeLeft(c) -> lose(c) }
    :: d_step { mayBeLost(c) && !timeLeft(c) ->
            state[c] = LOST;
            forgetTimes(c);
#ifndef NOT_TOLD
            handedToLoop[c] = true
#endif
       }
    :: d_step { handedToLoop[c] ->
            handedToLoop[c] = false;
            tell(c) }
#ifdef TOLD_AGAIN
    :: d_step { state[c] == LOST && told[c] == 1 -> tell(c) }
#endif
    :: d_step { isOver(c) && outstanding[c] == 0 && !(rounds[c] == 0 && clientOpen[c]) -> state[c] = IDLE }
    /* It asks no more. */
    :: d_step { isOver(c) && rounds[c] == 0 && clientOpen[c] -> closeAtClient(c) }
    od
}

/* --- time */

#define leaseRuns (holder != NOBODY && leaseAge < LEASE)
#define silenceRuns(c) (serverOpen[c] && !queued[c] && silenceAge[c] < READ_TIMEOUT)
#define requestRuns(c) (outstanding[c] > 0 && (state[c] == ASKED || state[c] == CONFIRMING || mayBeLost(c)) && requestAge[c] < WHOLE)
#define deadlineRuns(c) (mayBeLost(c) && timeLeft(c))
#define runs(c) (silenceRuns(c) || requestRuns(c) || deadlineRuns(c))

active proctype clock() {
end:
    do
    :: d_step { leaseRuns || runs(0) || runs(1) ->
            leaseAge = leaseAge + leaseRuns;
            silenceAge[0] = silenceAge[0] + silenceRuns(0);
            silenceAge[1] = silenceAge[1] + silenceRuns(1);
            requestAge[0] = requestAge[0] + requestRuns(0);
            requestAge[1] = requestAge[1] + requestRuns(1);
            deadlineAge[0] = deadlineAge[0] + deadlineRuns(0);
            deadlineAge[1] = deadlineAge[1] + deadlineRuns(1) }
    od
}

/* --- what must be true */

#define owns(c) (isHeld(c) && !broken[c])
#define isUntold(c) ((state[c] == LOST && told[c] != 1) || (mayBeLost(c) && !timeLeft(c)))

active proctype monitor() {
end:
    do
    :: owns(0) && owns(1) -> assert(false)
    /* Nothing more can happen. */
    :: timeout ->
        assert(!isUntold(0) && !isUntold(1));
        break
    od
}
