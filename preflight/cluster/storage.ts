import type { ClusterFacts } from "../facts";
import type { Plan } from "../plan";
import { shellWord } from "../../shell";
import type { CheckFinding } from "../report";

/** Annotation of the StorageClass that claims without one get. */
const DEFAULT = "storageclass.kubernetes.io/is-default-class";

/** Settings to change when a class is unsuitable. */
const SETTINGS = "mesh.data.storageClass and spire.server.storage.storageClass";

/** Do the volumes that the stack claims have a StorageClass? */
export function storageFindings({ storageClasses }: ClusterFacts, claims: Plan["claims"] | undefined): CheckFinding[] {
    const name = "StorageClass";
    if (storageClasses === undefined) {
        return [{ status: "skip", name, detail: "these credentials cannot list storage classes" }];
    }
    const names = storageClasses.map(({ metadata }) => metadata.name);
    const list = names.join(", ") || "none";
    const asked = new Set(claims ?? [undefined]);
    const missing = [...asked].flatMap((wanted): CheckFinding[] =>
        wanted === undefined || names.includes(wanted)
            ? []
            : [
                  {
                      status: "fail",
                      name,
                      detail: `the settings name ${wanted}, which the cluster does not have (it has: ${list})`,
                      fix: `set ${SETTINGS} to an existing one`,
                  },
              ],
    );
    return [...missing, defaultFinding(storageClasses, asked.has(undefined), names[0])];
}

function defaultFinding(
    storageClasses: NonNullable<ClusterFacts["storageClasses"]>,
    needed: boolean,
    first: string | undefined,
): CheckFinding {
    const name = "Default StorageClass";
    const defaults = storageClasses.filter(({ metadata }) => metadata.annotations[DEFAULT] === "true");
    const list = defaults.map(({ metadata, provisioner }) => `${metadata.name} (${provisioner})`).join(", ");
    if (defaults.length > 0) {
        return defaults.length === 1
            ? { status: "ok", name, detail: list }
            : { status: "warn", name, detail: `there are several; Kubernetes uses the newest: ${list}` };
    }
    if (!needed) {
        return { status: "ok", name, detail: "none, and no volume of the stack needs it" };
    }
    const candidate = first === undefined ? "<name>" : shellWord(first);
    const patch = JSON.stringify({ metadata: { annotations: { [DEFAULT]: "true" } } });
    return {
        status: "fail",
        name,
        detail: "none, so volumes of the stack would stay Pending",
        fix: `kubectl patch storageclass ${candidate} --type merge --patch ${shellWord(patch)}\nor set ${SETTINGS}`,
    };
}
