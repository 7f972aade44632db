import { z } from "zod";
import { SERVER } from "../../components/spire/names";
import { dataClaims } from "../../components/spire/serverVolumes";
import type { ResolvedSpireSettings } from "../../settings";
import { parseQuantity } from "../../settings/shared/quantity";
import { shellCommand, shellWord } from "../../shell";

const templatesSchema = z.object({
    spec: z.object({
        volumeClaimTemplates: z
            .array(
                z.object({
                    spec: z.object({
                        storageClassName: z.string().optional(),
                        resources: z.object({ requests: z.object({ storage: z.string() }) }),
                    }),
                }),
            )
            .default([]),
    }),
});

/** The claim template of a StatefulSet of servers. */
export interface ClaimTemplate {
    /** Size of each claim, e.g. `1Gi`. */
    readonly size: string;
    /** StorageClass; `undefined`: the default of the cluster. */
    readonly storageClass?: string;
}

/** The claim template of a live StatefulSet, `null` where it has none; `undefined` where there is no StatefulSet. */
export function liveClaim(statefulSet: unknown): ClaimTemplate | null | undefined {
    const found = templatesSchema.safeParse(statefulSet).data?.spec.volumeClaimTemplates;
    return found === undefined ? undefined : first(found);
}

function first(templates: z.output<typeof templatesSchema>["spec"]["volumeClaimTemplates"]): ClaimTemplate | null {
    const spec = templates[0]?.spec;
    return spec === undefined ? null : { size: spec.resources.requests.storage, storageClass: spec.storageClassName };
}

/**
 * Why the servers' volumes cannot become what the settings say. Kubernetes never changes the claim template of a
 * StatefulSet, so an update would delete the StatefulSet with every server first, and the claims would stay as they are.
 * @param command how commands call kubectl on the stack's cluster
 */
export function claimRefusal(
    settings: ResolvedSpireSettings,
    live: ClaimTemplate | null | undefined,
    command: string,
): string[] {
    const { server, serverNamespace } = settings;
    const wanted = dataClaims({ settings }).length === 0 ? null : server.storage;
    const orphan =
        `    Then replace the StatefulSet, whose pods keep running meanwhile, and update:\n` +
        `                   ${command} --namespace ${shellWord(serverNamespace)} delete statefulset ${SERVER} --cascade=orphan`;
    if (live === undefined || (live === null && wanted === null)) {
        return [];
    }
    if (live === null || wanted === null) {
        return [
            `The settings ${wanted === null ? "no longer keep" : "now keep"} files on the servers, but the claim template of the running ` +
                `StatefulSet ${SERVER} cannot change: an update would delete all servers at once.\n` +
                "    Read first:    docs/spire.md, on changing the datastore and the key manager\n" +
                orphan,
        ];
    }
    const set = (key: string, value: string) =>
        shellCommand("pulumi", "config", "set", "--path", `spire.server.storage.${key}`, value);
    if (live.storageClass !== wanted.storageClass) {
        const keep =
            live.storageClass === undefined
                ? "pulumi config rm --path spire.server.storage.storageClass"
                : set("storageClass", live.storageClass);
        return [
            `spire.server.storage.storageClass is ${wanted.storageClass ?? "unset"}, but the claims of the running servers have ` +
                `${live.storageClass ?? "the default class"}. A claim never changes its class, and an update would delete all servers at once.\n` +
                `    Keep it:       ${keep}\n` +
                "    Or change the class of new claims only. " +
                orphan.trimStart(),
        ];
    }
    const [before = 0, after = 0] = [parseQuantity(live.size), parseQuantity(wanted.size)];
    if (before === after) {
        return [];
    }
    const refusal =
        `spire.server.storage.size is ${wanted.size}, but the claims of the running servers have ${live.size}. An update would ` +
        `delete all servers at once and ${after < before ? "shrink" : "grow"} no volume.\n` +
        `    Keep it:       ${set("size", live.size)}`;
    if (after < before) {
        return [`${refusal}\n    A volume never shrinks.`];
    }
    const patch = shellWord(JSON.stringify({ spec: { resources: { requests: { storage: wanted.size } } } }));
    const grow = Array.from(
        { length: server.replicas },
        (_, index) =>
            `                   ${command} --namespace ${shellWord(serverNamespace)} patch persistentvolumeclaim data-${SERVER}-${index} ` +
            `--patch ${patch}`,
    );
    return [`${refusal}\n    Or grow the claims, where their StorageClass allows it:\n${grow.join("\n")}\n${orphan}`];
}
