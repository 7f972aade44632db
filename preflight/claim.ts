import type { CheckFinding } from "./report";
import type { Target } from "../engine/target";
import { shellWord } from "../shell";

/** A stack and its cluster settings. */
export interface Owner {
    /** Stack, e.g. `prod`. */
    readonly stack: string;
    /** Its cluster. */
    readonly cluster: Partial<Target>;
}

/** Decision about a stack's cluster settings. */
export interface Claim {
    /** Whether to write the target. */
    readonly write: boolean;
    /** Findings to report. */
    readonly findings: readonly CheckFinding[];
}

/** Explicit permissions of the user. */
export interface Overrides {
    /** Move a stack that belongs to another cluster. */
    readonly repoint: boolean;
    /** Let the stacks share the cluster. */
    readonly share: boolean;
}

/** Name of the findings. */
const NAME = "Cluster of the stack";

/**
 * Decides whether a stack may belong to a cluster: one that has a cluster keeps it, and no two stacks share one, unless
 * the user allows it.
 * @param own The stack.
 * @param others The other stacks.
 * @param live The cluster at hand.
 */
export function claim(own: Owner, others: readonly Owner[], live: Target, { repoint, share }: Overrides): Claim {
    const { context, kubeconfig, identifier } = own.cluster;
    const same = context === live.context && kubeconfig === live.kubeconfig && identifier === live.identifier;
    const known = identifier !== undefined && identifier === live.identifier;
    const moved = known ? undefined : movedFrom(own, live);
    if (moved !== undefined && !repoint) {
        return { write: false, findings: [moved] };
    }
    const sharing = others.filter(
        ({ cluster }) => live.identifier !== undefined && cluster.identifier === live.identifier,
    );
    const [other] = sharing;
    if (other !== undefined && !known && !share) {
        return { write: false, findings: [sharedFinding(own.stack, other.stack)] };
    }
    return {
        write: !same,
        findings: [
            doneFinding(own.stack, live, same),
            ...(other === undefined ? [] : [sharingFinding(own.stack, other.stack)]),
        ],
    };
}

/** Why a cluster is, or may be, another than the stack's; `undefined` for a stack that has none yet. */
function movedFrom({ stack, cluster }: Owner, live: Target): CheckFinding | undefined {
    const fix = `move it, which recreates all its objects there: add --repoint\nor keep its cluster: npx x0 doctor --stack ${shellWord(stack)}`;
    if (cluster.identifier !== undefined) {
        const detail =
            live.identifier === undefined
                ? `${stack} belongs to ${cluster.identifier}; whether context ${live.context} leads there cannot be determined, because these credentials cannot read the namespace kube-system`
                : cluster.context === live.context
                  ? `context ${live.context} now leads to ${live.identifier}, but ${stack} belongs to ${cluster.identifier}`
                  : `${stack} belongs to ${cluster.identifier} (context ${cluster.context ?? "not set"}), but context ${live.context} leads to ${live.identifier}`;
        return { status: "fail", name: NAME, detail, fix };
    }
    const elsewhere = cluster.context !== undefined && cluster.context !== live.context;
    return elsewhere || (cluster.kubeconfig !== undefined && cluster.kubeconfig !== live.kubeconfig)
        ? {
              status: "fail",
              name: NAME,
              detail: `${stack} belongs to context ${cluster.context ?? "not set"}${cluster.kubeconfig === undefined ? "" : ` of ${cluster.kubeconfig}`}, not to ${live.context}`,
              fix,
          }
        : undefined;
}

function sharedFinding(stack: string, other: string): CheckFinding {
    return {
        status: "fail",
        name: NAME,
        detail: `this is the cluster of ${other}: ${stack} would share nodes, CRDs and the CSI driver with it`,
        fix: "name another cluster, or share this one: add --share",
    };
}

function sharingFinding(stack: string, other: string): CheckFinding {
    return {
        status: "warn",
        name: NAME,
        detail: `${stack} and ${other} share it, and a cluster holds one SPIRE`,
        fix: `pulumi config set --stack ${shellWord(stack)} --path spire.enabled false, and name its mesh in spire.identities of ${other}`,
    };
}

function doneFinding(stack: string, live: Target, same: boolean): CheckFinding {
    if (live.identifier === undefined) {
        return {
            status: "warn",
            name: NAME,
            detail: `${stack} belongs to context ${live.context}, without the cluster's identity: these credentials cannot read the namespace kube-system`,
            fix: "an update cannot detect that the context leads elsewhere; request: get namespaces kube-system",
        };
    }
    const detail = `${stack} belongs to context ${live.context}, cluster ${live.identifier}`;
    return { status: "ok", name: NAME, detail: same ? `${detail}, as before` : `${detail}: written` };
}
