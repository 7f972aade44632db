import type { ClusterFacts, Named } from "../facts";
import type { Plan, PlannedObject } from "../plan";
import type { CheckFinding } from "../report";

/** Annotation that Helm sets on the objects of a release. */
const HELM_RELEASE = "meta.helm.sh/release-name";

/** Does the cluster have the CSI drivers and custom resources that the stack uses and does not create itself? */
export function extensionFindings({ csiDrivers, crds }: ClusterFacts, plan: Plan): CheckFinding[] {
    return [driverFinding(csiDrivers, plan), ...crdFindings(crds, plan)];
}

function driverFinding(drivers: readonly Named[] | undefined, plan: Plan): CheckFinding {
    const name = "CSI drivers";
    if (drivers === undefined) {
        return { status: "skip", name, detail: "these credentials cannot list CSI drivers" };
    }
    const there = new Set(drivers.map(({ metadata }) => metadata.name));
    const made = planned(plan, "CSIDriver");
    const missing = [...new Set(plan.csiDrivers)].filter((driver) => !there.has(driver) && !made.has(driver));
    if (missing.length > 0) {
        return {
            status: "fail",
            name,
            detail: `volumes of ${missing.join(", ")} are mounted, but neither the cluster nor the stack has that driver`,
            fix: "pulumi config set --path spire.enabled true\nor, without SPIFFE: pulumi config set --path mesh.spireSocket.type none",
        };
    }
    const foreign = drivers.filter(({ metadata }) => made.has(metadata.name)).flatMap(owner);
    return foreign.length > 0
        ? taken(name, foreign)
        : {
              status: "ok",
              name,
              detail: `${[...made].join(", ") || "none"} from the stack; ${there.size} in the cluster`,
          };
}

function crdFindings(crds: readonly Named[] | undefined, plan: Plan): CheckFinding[] {
    const name = "Custom resources";
    if (crds === undefined) {
        return [{ status: "skip", name, detail: "these credentials cannot list CustomResourceDefinitions" }];
    }
    const there = new Set(crds.map(({ metadata }) => metadata.name));
    const made = planned(plan, "CustomResourceDefinition");
    const missing = [...new Set(plan.objects.filter(isCustom).map(crdName))].filter(
        (crd) => !there.has(crd) && !made.has(crd),
    );
    if (missing.length > 0 && plan.charts.length === 0) {
        return [
            {
                status: "fail",
                name,
                detail: `the stack creates objects of ${missing.join(", ")}, which the cluster does not have`,
                fix: "install what provides them, or disable the setting that uses them",
            },
        ];
    }
    const foreign = crds.filter(({ metadata }) => made.has(metadata.name)).flatMap(owner);
    const kept = [...made].filter((crd) => there.has(crd)).length;
    return [
        foreign.length > 0
            ? taken(name, foreign)
            : {
                  status: "ok",
                  name,
                  detail: `${made.size} definitions from the stack, ${kept} of them in the cluster already`,
              },
    ];
}

function taken(name: string, foreign: readonly string[]): CheckFinding {
    return {
        status: "warn",
        name,
        detail: `an update takes over objects of Helm releases: ${foreign.join(", ")}`,
        fix: "uninstall that release first, or leave SPIRE to it: pulumi config set --path spire.enabled false",
    };
}

/** The Helm release that an object belongs to, in words; none for others. */
function owner({ metadata }: Named): string[] {
    const release = metadata.annotations[HELM_RELEASE];
    return release === undefined ? [] : [`${metadata.name} (release ${release})`];
}

/** Names of the planned objects of a kind. */
function planned({ objects }: Plan, kind: string): Set<string> {
    return new Set(objects.flatMap((object) => (object.kind === kind ? (object.name ?? []) : [])));
}

/** Whether an object is of a custom kind: the groups of Kubernetes itself have no dot, or end in k8s.io. */
function isCustom({ group }: PlannedObject): boolean {
    return group.includes(".") && !group.endsWith(".k8s.io");
}

function crdName(object: PlannedObject): string {
    return `${resourceOf(object.kind)}.${object.group}`;
}

/** Resource name of a kind, as the API's paths have it, e.g. `networkpolicies` for `NetworkPolicy`. */
export function resourceOf(kind: string): string {
    const lower = kind.toLowerCase();
    if (/[^aeiou]y$/.test(lower)) {
        return `${lower.slice(0, -1)}ies`;
    }
    return /(s|x|ch|sh)$/.test(lower) ? `${lower}es` : `${lower}s`;
}
