import { z } from "zod";
import { shellCommand } from "../../shell";
import type { MeshSettings } from "../../settings/schema";

const claimSchema = z.object({ spec: z.object({ accessModes: z.array(z.string()) }) });

/** The stack that a claim belongs to. */
interface ClaimOwner {
    /** Name of the stack, e.g. `staging`. */
    readonly stack: string;
    /** How commands call kubectl on its cluster. */
    readonly command: string;
}

/**
 * Why the claim of `/data` does not match the settings. An access mode decides how the pods roll, so it must be one
 * that the live claim has. A claim that is missing is left to the pods, which wait for it.
 * @param live the PersistentVolumeClaim; `undefined` where there is none, or these credentials cannot read it
 */
export function claimRefusals(
    { namespace, data }: Pick<MeshSettings, "namespace" | "data">,
    live: unknown,
    { stack, command }: ClaimOwner,
): string[] {
    const modes = claimSchema.safeParse(live).data?.spec.accessModes;
    if (data.type !== "existingClaim" || modes === undefined || modes.includes(data.accessMode)) {
        return [];
    }
    const mode = modes[0] ?? "ReadWriteOnce";
    const set = shellCommand("pulumi", "config", "set", "--stack", stack, "--path", "mesh.data.accessMode", mode);
    const get = shellCommand("--namespace", namespace ?? "", "get", "persistentvolumeclaim", data.claimName);
    return [
        `mesh.data.accessMode is ${data.accessMode}, but the claim ${data.claimName} has ${modes.join(", ") || "no access mode"}.\n` +
            `    Set what it has:  ${set}\n` +
            `    See the claim:    ${command} ${get}`,
    ];
}
