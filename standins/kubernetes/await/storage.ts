import { at, isMap, text } from "../../protocol/values";
import type { PropertyMap } from "../../protocol/values";
import { condition, warningEvents } from "./pods";
import type { Awaiter, Lookup, Progress } from "./types";

/** How the claim's StorageClass binds volumes; "" where there is no such class. */
async function bindingMode(claim: PropertyMap, { client }: Lookup): Promise<string> {
    const name = text(claim, "spec", "storageClassName");
    const found =
        name === ""
            ? undefined
            : await client.find({ apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name } });
    return text(found, "volumeBindingMode");
}

/** A claim is ready when it is bound, or when it waits for its first pod, as its StorageClass wants it. */
export function claimProgress(claim: PropertyMap, mode: string): Progress {
    const phase = text(claim, "status", "phase");
    return phase === "Bound" || (mode === "WaitForFirstConsumer" && phase === "Pending")
        ? { ready: true, message: "PersistentVolumeClaim is ready" }
        : { ready: false, message: `Waiting for a volume (phase ${phase || "unknown"})` };
}

/** A volume is ready when it can be claimed or is. */
export function volumeProgress(volume: PropertyMap): Progress {
    const phase = text(volume, "status", "phase");
    return { ready: phase === "Available" || phase === "Bound", message: `Waiting for the volume (phase ${phase})` };
}

/** A quota is ready when its controller counts by it. */
export function quotaProgress(quota: PropertyMap): Progress {
    const wanted = at(quota, "spec", "hard");
    const counted = at(quota, "status", "hard");
    const names = isMap(wanted) ? Object.keys(wanted) : [];
    const ready = names.every((name) => isMap(counted) && isMap(wanted) && counted[name] === wanted[name]);
    return { ready, message: "Waiting for the quota to be counted" };
}

/** A token Secret is ready when its controller filled it; other Secrets are at once. */
export function secretProgress(secret: PropertyMap): Progress {
    const isToken = text(secret, "type") === "kubernetes.io/service-account-token";
    return { ready: !isToken || isMap(at(secret, "data")), message: "Waiting for the token" };
}

/** A CustomResourceDefinition is ready when the API server serves its kind. */
export function crdProgress(crd: PropertyMap): Progress {
    const refused = condition(crd, "NamesAccepted");
    return refused.status === "False"
        ? { ready: false, failed: true, message: `[${text(refused, "reason")}] ${text(refused, "message")}` }
        : {
              ready: condition(crd, "Established").status === "True",
              message: "Waiting for the API server to serve the new kind",
          };
}

/** The storage and configuration kinds by `apiVersion/kind`; time limits are the official plugin's. */
export const storage: Readonly<Record<string, Awaiter>> = {
    "v1/PersistentVolumeClaim": {
        progress: async (claim, lookup) => claimProgress(claim, await bindingMode(claim, lookup)),
        diagnose: warningEvents,
        timeoutSeconds: 300,
    },
    "v1/PersistentVolume": { progress: volumeProgress, timeoutSeconds: 300 },
    "v1/ResourceQuota": { progress: quotaProgress, timeoutSeconds: 60 },
    "v1/Secret": { progress: secretProgress, timeoutSeconds: 5 },
    "apiextensions.k8s.io/v1/CustomResourceDefinition": { progress: crdProgress, timeoutSeconds: 60 },
};
