import { streamed } from "../../policy/cli/run";

/** Options of `x0 policy check`, as the pack's own command has them. */
export interface CheckOptions {
    readonly format?: string;
    readonly preset?: string;
    readonly rules?: string;
    readonly config?: string;
    readonly stackRules?: boolean;
}

/** Checks manifests with the pack's own command and prints its report. @returns the exit code. */
export function checkManifests(inputs: readonly string[], { stackRules, ...values }: CheckOptions): number {
    const { status, output, error } = streamed([
        ...Object.entries(values).map(([name, value]) => `--${name}=${value}`),
        ...(stackRules === true ? ["--stack-rules"] : []),
        "--",
        ...inputs,
    ]);
    for (const part of output) {
        process.stdout.write(part);
    }
    process.stderr.write(error);
    return status;
}
