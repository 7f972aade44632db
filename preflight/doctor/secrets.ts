import { z } from "zod";
import type { Read } from "../../kube/read";
import { monitoringSecrets } from "../monitoring";
import type { NeededSecret } from "../secrets";
import { neededSecrets } from "../spire/upgrade";
import type { Settings } from "../../settings";
import { ownsOperator } from "../../settings/monitoring/schema";
import { shellCommand, shellWord } from "../../shell";
import type { CheckFinding } from "../report";

const secretSchema = z.object({ data: z.record(z.string(), z.unknown()).nullish() });

/** Are the Secrets there that the settings name, with the keys that are read? */
export async function secretFindings(read: Read, settings: Settings): Promise<CheckFinding[]> {
    const { mesh, spire, monitoring } = settings;
    const ofMesh: NeededSecret[] = [
        ...(mesh.secret.existingName === undefined
            ? []
            : [{ setting: "mesh.secret.existingName", name: mesh.secret.existingName, keys: [] }]),
        ...mesh.image.pullSecrets.map((name, index) => ({
            setting: `mesh.image.pullSecrets[${index}]`,
            name,
            keys: [".dockerconfigjson"],
        })),
    ];
    const ofSpire = spire.enabled ? neededSecrets(spire) : [];
    const ofMonitoring = ownsOperator(monitoring) ? monitoringSecrets(monitoring) : [];
    return Promise.all([
        ...ofMesh.map((secret) => secretFinding(read, mesh.namespace, secret)),
        ...ofSpire.map((secret) => secretFinding(read, spire.serverNamespace, secret)),
        ...ofMonitoring.map((secret) => secretFinding(read, monitoring.namespace, secret)),
    ]);
}

async function secretFinding(
    read: Read,
    namespace: string,
    { setting, name: secret, keys }: NeededSecret,
): Promise<CheckFinding> {
    const name = `Secret ${namespace}/${secret}`;
    const answer = await read(`/api/v1/namespaces/${namespace}/secrets/${secret}`);
    if (!answer.seen) {
        return { status: "skip", name, detail: "these credentials cannot read it" };
    }
    const literals = keys.map((key) => ` --from-file=${shellWord(key)}=<file>`).join("");
    const create = shellCommand("kubectl", "--namespace", namespace, "create", "secret", "generic", secret);
    const fix = `${create}${literals}`;
    if (answer.object === undefined) {
        const home = await read(`/api/v1/namespaces/${namespace}`);
        const early = home.seen && home.object === undefined;
        return early
            ? {
                  status: "warn",
                  name,
                  detail: `${setting} names it; the first update creates its namespace and waits for it`,
                  fix: `once the namespace exists: ${fix}`,
              }
            : { status: "fail", name, detail: `${setting} names it, but it does not exist`, fix };
    }
    const found = Object.keys(secretSchema.safeParse(answer.object).data?.data ?? {});
    const missing = keys.filter((key) => !found.includes(key));
    return missing.length === 0
        ? { status: "ok", name, detail: `exists, as ${setting} names it` }
        : {
              status: "fail",
              name,
              detail: `lacks ${missing.join(" and ")} (its keys: ${found.join(", ") || "none"})`,
              fix: `${fix} --dry-run=client --output yaml | kubectl apply --server-side --filename -`,
          };
}
