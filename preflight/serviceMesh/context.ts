import type { ResolvedMeshSettings } from "../../settings";
import type { JoinedServiceMesh } from "../../settings/mesh/serviceMesh";
import { setCommand } from "../../settings/shared/faults";
import type { LiveServiceMesh } from "./live";

/** What the rules judge. */
export interface Joining {
    readonly stack: string;
    /** How commands call kubectl on the stack's cluster. */
    readonly command: string;
    /** Labels that the namespace will have. */
    readonly namespaceLabels: Readonly<Record<string, string>>;
    /** Labels that the pods will have. */
    readonly podLabels: Readonly<Record<string, string>>;
    readonly mesh: Pick<ResolvedMeshSettings, "namespace" | "podSecurity" | "networkPolicy">;
    readonly serviceMesh: JoinedServiceMesh;
    /** Trust domain of SPIRE. */
    readonly trustDomain: string;
    readonly live: LiveServiceMesh;
}

/** Why an update is refused, and what has consequences without stopping it; each with what fixes it on lines of its own. */
export interface Judgement {
    readonly reasons: readonly string[];
    readonly warnings: readonly string[];
}

/** Judgements of several rules as one. */
export function together(judgements: readonly Judgement[]): Judgement {
    return {
        reasons: judgements.flatMap(({ reasons }) => reasons),
        warnings: judgements.flatMap(({ warnings }) => warnings),
    };
}

/** A refusal with the ways out of it. */
export function refuse(why: string, ...fixes: readonly string[]): Judgement {
    return { reasons: [block(why, fixes)], warnings: [] };
}

/** A warning with the ways out of it. */
export function warn(why: string, ...fixes: readonly string[]): Judgement {
    return { reasons: [], warnings: [block(why, fixes)] };
}

/** Nothing to say. */
export const FINE: Judgement = { reasons: [], warnings: [] };

/** The way out of every refusal: the pods join no mesh. */
export function leave(stack: string): string {
    return `Or join none:  ${setCommand(stack, "mesh.serviceMesh.type", "none")}`;
}

/** Whether the namespace refuses a container with NET_ADMIN: level baseline and above (Pod Security Standards). */
export function refusesNetAdmin({ mesh }: Pick<Joining, "mesh">): boolean {
    return mesh.podSecurity.level !== "privileged";
}

function block(why: string, fixes: readonly string[]): string {
    return [why, ...fixes.map((fix) => `    ${fix}`)].join("\n");
}
