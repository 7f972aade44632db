/** A running step of {@link Progress}. */
export interface Step {
    /** Sets what the step is doing, e.g. `building kube-apiserver`; shown with the elapsed time. */
    update(detail: string): void;
}

/** Shows the user what happens: one line for each step, with its elapsed time. */
export interface Progress {
    /**
     * Runs `work` as a step: its line is printed as done when `work` resolves, as failed when it rejects.
     * A step that begins while another one runs shows as that one's detail.
     */
    step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T>;
    /** Prints one line, e.g. where tools come from. */
    note(line: string): void;
}

/** Shows one step; what differs between a terminal and a log file. */
export interface Renderer {
    /** Runs one step and shows it until it ends. */
    step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T>;
    /** Prints one line; a running step continues below it. */
    note(line: string): void;
}

/** What a renderer writes to; `process.stdout` is one. */
export interface Output {
    /** Writes a text as it is. */
    write(text: string): unknown;
    /** Whether lines can be overwritten. */
    isTTY?: boolean;
    /** Width of the terminal. */
    columns?: number;
}

/** A duration for people: `0.4 s`, `45 s`, `3 min 5 s`. */
export function elapsed(milliseconds: number): string {
    const seconds = milliseconds / 1000;
    if (seconds < 10) {
        return `${seconds.toFixed(1)} s`;
    }
    const whole = Math.round(seconds);
    return whole < 120 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
