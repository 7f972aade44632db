import type { MeshAppArgs } from "../../components/mesh";
import { parse } from "./parseSettings";
import type { Overrides } from "./program";

/** Every type of mesh. */
export const JOINED_TYPES = ["istioSidecar", "istioAmbient", "linkerd"] as const;

/**
 * Arguments of the mesh component in staging, with settings of the service mesh and others of the mesh. Without
 * monitoring, so that Prometheus may be in the mesh or outside.
 */
export function joinedArgs(serviceMesh: Overrides, mesh: Overrides = {}): MeshAppArgs {
    const sections = { mesh: { ...mesh, serviceMesh }, monitoring: { enabled: false } };
    const { environment, spire, mesh: settings } = parse(sections);
    return { environment, spire, settings };
}
