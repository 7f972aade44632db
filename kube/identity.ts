import { z } from "zod";
import type { Read } from "./read";

/** Path of the namespace whose UID identifies a cluster: every cluster has it, and it cannot be recreated. */
export const IDENTITY_PATH = "/api/v1/namespaces/kube-system";

/** Path of the version endpoint. */
export const VERSION_PATH = "/version";

const namespaceSchema = z.object({ metadata: z.object({ uid: z.string().min(1) }) });

// Some servers add a plus sign to the numbers, e.g. "27+".
const versionSchema = z.object({ major: z.string(), minor: z.string(), gitVersion: z.string() });

/** Version of an API server. */
export interface ServerVersion {
    /** Major version, e.g. 1. */
    readonly major: number;
    /** Minor version, e.g. 33. */
    readonly minor: number;
    /** Version as reported by the server, e.g. `v1.33.4+k3s1`. */
    readonly text: string;
}

/** The identity of a cluster from the object at {@link IDENTITY_PATH}; `undefined` for any other object. */
export function identityOf(object: unknown): string | undefined {
    return namespaceSchema.safeParse(object).data?.metadata.uid;
}

/** The version from the object at {@link VERSION_PATH}; `undefined` for any other object. */
export function versionOf(object: unknown): ServerVersion | undefined {
    const { data } = versionSchema.safeParse(object);
    const [major, minor] = [Number.parseInt(data?.major ?? "", 10), Number.parseInt(data?.minor ?? "", 10)];
    return data === undefined || Number.isNaN(major) || Number.isNaN(minor)
        ? undefined
        : { major, minor, text: data.gitVersion };
}

/**
 * Result of comparing the cluster that responds with the one that a stack belongs to: `unknown` when the stack has no
 * identifier, `unauthorized` and `forbidden` when these credentials cannot read it, `absent` when there is no
 * kube-system, which every Kubernetes cluster has.
 */
export type IdentityVerdict =
    | { readonly verdict: "unknown" | "same" | "unauthorized" | "forbidden" | "absent" }
    | { readonly verdict: "other"; readonly uid: string };

/** Compares the cluster that responds with the expected one. */
export async function compareIdentity(expected: string | undefined, read: Read): Promise<IdentityVerdict> {
    if (expected === undefined) {
        return { verdict: "unknown" };
    }
    const answer = await read(IDENTITY_PATH);
    if (!answer.seen) {
        return { verdict: answer.status === 401 ? "unauthorized" : "forbidden" };
    }
    const uid = identityOf(answer.object);
    if (uid === undefined) {
        return { verdict: "absent" };
    }
    return uid === expected ? { verdict: "same" } : { verdict: "other", uid };
}
