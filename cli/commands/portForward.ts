import { z } from "zod";
import { CannotRun } from "../../errors";
import { type Command, main, parse } from "../command";
import { type Door, isFree, keepOpen, portOf } from "../forward";
import { type Mesh, openMesh } from "../mesh";

const DOORS = ["http", "metrics"] as const;

const USAGE = `npx x0 port-forward [http|metrics] [flags]

Opens the mesh's ports on this machine and prints their
addresses, until Ctrl-C. A connection that breaks, e.g.
when pods roll, is opened again.

  --stack NAME   staging or prod
  --port N       local port, with http or metrics; default:
                 the same as in the cluster, or a free one
  --help         print this

Exit code: 0 ended by Ctrl-C, 2 could not open it`;

/** A door of the mesh; its local port is chosen when it is opened. */
type MeshDoor = Omit<Door, "local"> & { readonly name: (typeof DOORS)[number] };

const outputsSchema = z.object({
    services: z.object({ http: z.url(), metrics: z.url() }),
});

/** The doors of a mesh: its Services, and their ports as the stack's outputs have them. */
export function doorsOf(outputs: unknown, mesh: Pick<Mesh, "app" | "metricsService">): MeshDoor[] {
    const found = outputsSchema.safeParse(outputs).data;
    if (found === undefined) {
        throw new CannotRun("the stack has no outputs yet: its first update has not ended", "see: npx x0 status");
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

/** The door that a word names; none for all. @throws CannotRun when there is no such door. */
export function doorOf(word: string | undefined): MeshDoor["name"] | undefined {
    const found = DOORS.find((known) => known === word);
    if (word !== undefined && found === undefined) {
        throw new CannotRun(`${word}: must be ${DOORS.join(" or ")}`, `npx x0 port-forward ${DOORS[0]}`);
    }
    return found;
}

/** The local port to ask kubectl for; 0 lets it take any that is free. */
async function localPort(wanted: number | undefined, { port }: MeshDoor): Promise<number> {
    if (wanted !== undefined) {
        if (!(await isFree(wanted))) {
            throw new CannotRun(`--port ${wanted}: another program listens there`, "leave it out, or name a free one");
        }
        return wanted;
    }
    return port >= 1024 && (await isFree(port)) ? port : 0;
}

/** `npx x0 port-forward`. */
export const portForward: Command = {
    name: "port-forward",
    usage: USAGE,
    run: async (argv, context) => {
        const { values, positionals, stack } = parse("port-forward", argv, { port: { type: "string" } }, 1);
        const only = doorOf(positionals[0]);
        const port = portOf(values.port);
        if (port !== undefined && only === undefined) {
            throw new CannotRun("--port needs one of http and metrics", "npx x0 port-forward http --port 8080");
        }
        const mesh = await openMesh(stack, context);
        const root = mesh.place.state.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
        const doors = doorsOf(root?.outputs, mesh).filter(({ name }) => only === undefined || name === only);
        const open = doors.map(async (door) => ({ ...door, local: await localPort(port, door) }));
        return keepOpen(mesh.kubectl, await Promise.all(open));
    },
};

if (require.main === module) {
    void main(portForward);
}
