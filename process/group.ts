/** Process groups of the running children; the id of a group is the process id of its leader. */
const running = new Set<number>();

/**
 * Grace period of children after an interrupt, before they are killed (ms): Pulumi first completes the current
 * operations.
 */
const GRACE_MS = 30_000;

/** Signals that a terminal or a supervisor sends to end a program. */
const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The first end signal that arrived, while children still run. */
let ending: NodeJS.Signals | undefined;

/** Sends a signal to a child and everything it started; a group that has ended is not an error. */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
    if (pid === undefined) {
        return;
    }
    try {
        process.kill(-pid, signal);
    } catch {
        // The group has ended in the meantime.
    }
}

/** Kills the remaining children when this process exits by itself, e.g. because of an exception. */
function killAll(): void {
    for (const pid of running) {
        killGroup(pid, "SIGKILL");
    }
}

/** Forwards a termination signal; a second one, or the end of the grace period, kills. */
function onEndSignal(signal: NodeJS.Signals): void {
    if (ending === undefined) {
        ending = signal;
        for (const pid of running) {
            killGroup(pid, signal);
        }
        setTimeout(killAll, GRACE_MS).unref();
    } else {
        killAll();
    }
}

/** Terminates this process by the received signal, so that the shell sees an interrupted command. */
function endBySignal(signal: NodeJS.Signals): void {
    process.kill(process.pid, signal);
}

/** How many children are being started or running with {@link startForwarding}. */
let watched = 0;

function unwatch(): void {
    watched -= 1;
    if (watched > 0) {
        return;
    }
    END_SIGNALS.forEach((signal) => process.removeListener(signal, onEndSignal));
    process.removeListener("exit", killAll);
    if (ending !== undefined) {
        endBySignal(ending);
    }
}

/**
 * Starts a child whose group ends with this process, by an interrupt too. Needed because a child in a group of its own
 * does not get the terminal's Ctrl-C. The signals are watched before the child starts: one that arrives in between
 * would end this process and leave the child.
 * @param start Starts it, as the leader of a group of its own.
 * @returns the child, and a function to be called once when it has ended.
 */
export function startForwarding<T extends { readonly pid?: number }>(start: () => T): [child: T, release: () => void] {
    if (watched === 0) {
        END_SIGNALS.forEach((signal) => process.on(signal, onEndSignal));
        process.on("exit", killAll);
    }
    watched += 1;
    let child: T;
    try {
        child = start();
    } catch (error) {
        unwatch();
        throw error;
    }
    const { pid } = child;
    if (pid !== undefined) {
        running.add(pid);
    }
    let released = false;
    return [
        child,
        () => {
            if (!released) {
                released = true;
                running.delete(pid ?? 0);
                unwatch();
            }
        },
    ];
}
