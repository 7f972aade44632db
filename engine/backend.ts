import { fileURLToPath } from "node:url";
import { z } from "zod";
import { run, type RunResult } from "../process/run";

/** Time that a CLI call which changes nothing may take (ms). */
const CALL_TIMEOUT_MS = 60_000;

/** A Pulumi CLI with a backend. */
export interface Engine {
    /** The executable. */
    readonly pulumi: string;
    /** Its environment: backend, passphrase, plugins. */
    readonly env: NodeJS.ProcessEnv;
    /** Folder with the project and stack files. */
    readonly cwd: string;
}

/** Calls the CLI without prompts and colours; never throws for an exit code. */
export function call(engine: Engine, args: readonly string[], timeoutMs = CALL_TIMEOUT_MS): Promise<RunResult> {
    return run(engine.pulumi, [...args, "--non-interactive", "--color", "never"], {
        cwd: engine.cwd,
        env: engine.env,
        timeoutMs,
        allowExit: true,
    });
}

const whoamiSchema = z.object({ url: z.string() });

/** Address of the backend, e.g. `file:///home/ann/state`; without anything secret in it. */
export async function backendUrl(engine: Engine): Promise<string> {
    const { code, stdout } = await call(engine, ["whoami", "--json"]);
    return code === 0 ? whoamiSchema.parse(JSON.parse(stdout)).url : "";
}

/** Folder of a file backend; `undefined` for another kind of backend. */
export function backendFolder(url: string): string | undefined {
    if (!url.startsWith("file://")) {
        return undefined;
    }
    const root = url.startsWith("file:///") ? fileURLToPath(url) : url.slice("file://".length);
    return root.replace(/^~(?=\/|$)/, process.env.HOME ?? "~");
}
