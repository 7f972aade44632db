import { z } from "zod";
import { CannotRun } from "../../errors";
import type { Context } from "../command";
import { type Mesh, openMesh } from "../pods/mesh";
import { type Forward, isFree, keepOpen, portOf } from "./forward";
import { MESH_PORTS } from "./names";
import { rootOutputs } from "../../engine/state";

/** A port of the mesh; its local port is chosen on opening. */
type MeshForward = Omit<Forward, "local"> & { readonly name: (typeof MESH_PORTS)[number] };

const outputsSchema = z.object({
    services: z.object({ http: z.url(), metrics: z.url() }),
});

/** The ports of a mesh: its Services, and their ports from the stack's outputs. */
export function meshForwards(outputs: unknown, mesh: Pick<Mesh, "app" | "metricsService">): MeshForward[] {
    const found = outputsSchema.safeParse(outputs).data;
    if (found === undefined) {
        throw new CannotRun("the stack has no outputs yet: its first update has not finished", "npx x0 status");
    }
    return MESH_PORTS.map((name) => {
        const url = new URL(found.services[name]);
        return {
            name,
            service: name === "http" ? mesh.app : mesh.metricsService,
            port: Number(url.port || "80"),
            path: url.pathname === "/" ? "" : url.pathname,
        };
    });
}

/** The local port to request from kubectl; 0 for any free port. */
async function localPort(wanted: number | undefined, { port }: MeshForward): Promise<number> {
    if (wanted !== undefined) {
        if (!(await isFree(wanted))) {
            throw new CannotRun(`--port ${wanted}: in use by another program`, "leave it out, or choose a free port");
        }
        return wanted;
    }
    return port >= 1024 && (await isFree(port)) ? port : 0;
}

/** Options of `x0 port-forward`. */
export interface PortForwardOptions {
    readonly stack?: string;
    readonly port?: string;
}

/** Forwards one port of the mesh, or both, until Ctrl-C. @returns the exit code. */
export async function forwardMesh(
    only: MeshForward["name"] | undefined,
    { stack, port: wanted }: PortForwardOptions,
    context: Context,
): Promise<number> {
    const port = portOf(wanted);
    if (port !== undefined && only === undefined) {
        throw new CannotRun(`--port needs one of ${MESH_PORTS.join(" and ")}`, "npx x0 port-forward http --port 8080");
    }
    const mesh = await openMesh(stack, context);
    const forwards = meshForwards(rootOutputs(mesh.place.state.resources), mesh).filter(
        ({ name }) => only === undefined || name === only,
    );
    const open = forwards.map(async (forward) => ({ ...forward, local: await localPort(port, forward) }));
    return keepOpen(mesh.kubectl, await Promise.all(open));
}
