import { lookup } from "node:dns/promises";
import type { Read } from "../../kube/read";
import type { Settings } from "../../settings";
import { shellWord } from "../../shell";
import type { CheckFinding } from "../report";

/** Name of a Service in the cluster: `<service>.<namespace>.svc`, with or without the cluster's domain. */
const SERVICE = /^(?<service>[^.]+)\.(?<namespace>[^.]+)\.svc(\.|$)/;

/** Can the host of SPIRE's database be found? */
export async function datastoreFindings(read: Read, { spire }: Settings): Promise<CheckFinding[]> {
    const { datastore } = spire.server;
    if (!spire.enabled || datastore.type === "sqlite") {
        return [];
    }
    const { host, port } = datastore;
    const name = "SPIRE's database";
    const setting = "spire.server.datastore.host";
    const { service, namespace } = SERVICE.exec(host)?.groups ?? {};
    if (service === undefined || namespace === undefined) {
        return [await outside(name, host)];
    }
    const answer = await read(`/api/v1/namespaces/${namespace}/services/${service}`);
    if (!answer.seen) {
        return [{ status: "skip", name, detail: `these credentials cannot read Service ${namespace}/${service}` }];
    }
    return [
        answer.object === undefined
            ? {
                  status: "fail",
                  name,
                  detail: `${setting} is ${host}, but there is no Service ${namespace}/${service}: the servers would not start`,
                  fix: `install the database, or: pulumi config set --path ${setting} <host>`,
              }
            : { status: "ok", name, detail: `${host}:${port} is a Service of the cluster` },
    ];
}

/** A host outside the cluster: this machine's answer is a hint only. */
async function outside(name: string, host: string): Promise<CheckFinding> {
    try {
        const { address } = await lookup(host);
        return { status: "ok", name, detail: `${host} is ${address}, as this machine resolves it` };
    } catch {
        return {
            status: "warn",
            name,
            detail: `this machine cannot resolve ${host}; the cluster may`,
            fix: `kubectl run dns --rm -it --restart Never --image busybox -- nslookup ${shellWord(host)}`,
        };
    }
}
