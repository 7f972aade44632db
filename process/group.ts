/** Process groups of the children that are running now; each group's id is its leader's process id. */
const running = new Set<number>();

/** Milliseconds that children get to end after an interrupt, before they are killed: Pulumi first ends what it is at. */
const GRACE_MS = 30_000;

/** Signals that a terminal or a supervisor sends to end a program. */
const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The first end signal that arrived, while children still run. */
let ending: NodeJS.Signals | undefined;

/** Sends a signal to a child and everything it started; a group that is gone already is no error. */
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

/** Kills whatever is left when this process ends by itself, e.g. by an exception. */
function killAll(): void {
    for (const pid of running) {
        killGroup(pid, "SIGKILL");
    }
}

/** Passes an end signal on; a second one, or the end of the grace period, kills. */
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

/** Ends this process by the signal it was sent, so that the shell sees an interrupted command. */
function endBySignal(signal: NodeJS.Signals): void {
    process.kill(process.pid, signal);
}

/**
 * Makes a child's group part of what an interrupt of this process ends. Needed because a child in a group of its own
 * does not get the terminal's Ctrl-C. Returns a function to be called when the child has ended.
 */
export function forwardSignals(pid: number | undefined): () => void {
    if (pid === undefined) {
        return () => undefined;
    }
    if (running.size === 0) {
        END_SIGNALS.forEach((signal) => process.on(signal, onEndSignal));
        process.on("exit", killAll);
    }
    running.add(pid);
    return () => {
        if (!running.delete(pid) || running.size > 0) {
            return;
        }
        END_SIGNALS.forEach((signal) => process.removeListener(signal, onEndSignal));
        process.removeListener("exit", killAll);
        if (ending !== undefined) {
            endBySignal(ending);
        }
    };
}
