import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { CannotRun } from "../../test/smoke/cannotRun";
import { type Command, main, oneOf, parse } from "../stack/command";
import { exitOf, hintFor } from "../stack/kubectl";
import { eachLine } from "../stack/lines";
import { type Mesh, openMesh } from "../stack/mesh";

/** Pause before a connection that broke is opened again (ms). */
const AGAIN_MS = 1_000;

const DOORS = ["http", "metrics"] as const;

const USAGE = `npm run port-forward -- [http|metrics] [flags]

Opens the mesh's ports on this machine and prints their
addresses, until Ctrl-C. A connection that breaks, e.g.
when pods roll, is opened again.

  --stack NAME   staging or prod
  --port N       local port, with http or metrics; default:
                 the same as in the cluster, or a free one
  --help         print this

Exit code: 0 ended by Ctrl-C, 2 could not open it`;

/** A Service that can be opened. */
interface Door {
    readonly name: (typeof DOORS)[number];
    readonly service: string;
    readonly port: number;
    readonly path: string;
}

const outputsSchema = z.object({
    services: z.object({ http: z.url(), metrics: z.url() }),
});

/** The doors of a mesh: its Services, and their ports as the stack's outputs have them. */
export function doorsOf(outputs: unknown, mesh: Pick<Mesh, "app" | "metricsService">): Door[] {
    const found = outputsSchema.safeParse(outputs).data;
    if (found === undefined) {
        throw new CannotRun("the stack has no outputs yet: its first update has not ended", "see: npm run status");
    }
    return DOORS.map((name) => {
        const url = new URL(found.services[name]);
        return {
            name,
            service: name === "http" ? mesh.app : mesh.metricsService,
            port: Number(url.port || "80"),
            path: url.pathname === "/" ? "" : url.pathname,
        };
    });
}

/** Whether a local port can be listened on. */
function isFree(port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const server = createServer();
        server.once("error", () => {
            resolve(false);
        });
        server.listen(port, "127.0.0.1", () =>
            server.close(() => {
                resolve(true);
            }),
        );
    });
}

/** The local port to ask kubectl for; 0 lets it take any that is free. */
async function localPort(wanted: number | undefined, { port }: Door): Promise<number> {
    if (wanted !== undefined) {
        if (!(await isFree(wanted))) {
            throw new CannotRun(`--port ${wanted}: another program listens there`, "leave it out, or name a free one");
        }
        return wanted;
    }
    return port >= 1024 && (await isFree(port)) ? port : 0;
}

/** Keeps one door open for ever. @throws CannotRun when it does not open the first time. */
async function keepOpen(
    mesh: Mesh,
    door: Door,
    wanted: number | undefined,
    running: Set<ChildProcess>,
): Promise<never> {
    let local = await localPort(wanted, door);
    const state = { opened: false };
    for (;;) {
        const args = ["port-forward", `service/${door.service}`, `${local === 0 ? "" : local}:${door.port}`];
        const child = mesh.kubectl.start([...args, "--address", "127.0.0.1"], ["ignore", "pipe", "pipe"]);
        running.add(child);
        const errors: string[] = [];
        await Promise.all([
            exitOf(child),
            child.stdout &&
                eachLine(child.stdout, (line) => {
                    const port = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
                    if (port !== undefined) {
                        console.log(
                            `${door.name.padEnd(8)} http://127.0.0.1:${port}${door.path}${state.opened ? "  (again)" : ""}`,
                        );
                        local = Number(port);
                        state.opened = true;
                    }
                }),
            child.stderr &&
                eachLine(child.stderr, (line) => {
                    errors.push(line);
                }),
        ]);
        running.delete(child);
        const reason = errors.join("\n").trim();
        if (!state.opened) {
            throw new CannotRun(`${door.name}: ${reason || "kubectl port-forward ended"}`, hintFor(reason));
        }
        console.error(`${door.name}: ${reason.split("\n").at(-1) ?? ""}; opening it again`);
        await sleep(AGAIN_MS);
    }
}

/** `npm run port-forward`. */
export const portForward: Command = {
    name: "port-forward",
    usage: USAGE,
    run: async (argv, context) => {
        const { values, positionals, stack } = parse("port-forward", argv, { port: { type: "string" } }, 1);
        const only = positionals[0] === undefined ? undefined : oneOf("door", positionals[0], DOORS);
        const port = values.port === undefined ? undefined : Number(values.port);
        if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
            throw new CannotRun(`--port ${values.port ?? ""}: must be a number from 1 to 65535`, "--port 8080");
        }
        if (port !== undefined && only === undefined) {
            throw new CannotRun("--port needs one of http and metrics", "npm run port-forward -- http --port 8080");
        }
        const mesh = await openMesh(stack, context);
        const root = mesh.place.state.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
        const doors = doorsOf(root?.outputs, mesh).filter(({ name }) => only === undefined || name === only);
        const running = new Set<ChildProcess>();
        try {
            return await Promise.race(doors.map((door) => keepOpen(mesh, door, port, running)));
        } finally {
            running.forEach((child) => child.kill());
        }
    },
};

if (require.main === module) {
    void main(portForward);
}
