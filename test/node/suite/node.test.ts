import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createProgress } from "../../../terminal/progress";
import { HELPER_IMAGE } from "../images/catalog";
import { type Access, createAll, openAccess } from "../machine/access";
import { waitFor } from "../machine/daemon";
import { NODE_NAME } from "../machine/kubelet";
import { sharedNode } from "../machine/node";
import { nodePaths } from "../support/paths";

const NAMESPACE = "node-test";

/** Longest wait for a pod (s). */
const POD_SECONDS = 90;

const DENY = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "deny", namespace: NAMESPACE },
    spec: { podSelector: { matchLabels: { app: "server" } }, policyTypes: ["Ingress"] },
};

/** Lets pods with this label connect to nothing. */
const DENY_EGRESS = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "deny-egress", namespace: NAMESPACE },
    spec: { podSelector: { matchLabels: { app: "fenced" } }, policyTypes: ["Egress"] },
};

const SERVICE = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "server", namespace: NAMESPACE },
    spec: { selector: { app: "server" }, ports: [{ port: 80, targetPort: 8000 }] },
};

const CLAIM = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "claim", namespace: NAMESPACE },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
};

/** A pod that runs a line of Python. */
function pod(name: string, code: string, more: object = {}, mounts: readonly object[] = []) {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, namespace: NAMESPACE, labels: { app: name } },
        spec: {
            restartPolicy: "Never",
            terminationGracePeriodSeconds: 1,
            containers: [
                { name: "python", image: HELPER_IMAGE, command: ["python3", "-u", "-c", code], volumeMounts: mounts },
            ],
            ...more,
        },
    };
}

const SERVE = "from http.server import *; HTTPServer(('', 8000), SimpleHTTPRequestHandler).serve_forever()";

const ASK = `
import time, urllib.request
for attempt in range(TRIES):
    try:
        print(urllib.request.urlopen('http://server.${NAMESPACE}.svc', timeout=2).status)
        break
    except OSError as error:
        print(error)
        time.sleep(1)
`;

/** Connects to the API server. */
const CALL = `
import os, socket, time
time.sleep(DELAY)
try:
    socket.create_connection((os.environ["KUBERNETES_SERVICE_HOST"], 443), 2).close()
    print("open")
except OSError as error:
    print(error)
`;

describe("A real node", () => {
    let access: Access;

    before(async () => {
        const paths = nodePaths();
        const progress = createProgress();
        await sharedNode(paths, progress);
        access = openAccess(paths.kubeconfig);
        await createAll(access, [{ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } }]);
    });

    /** Creates a pod and waits for its end. @returns its log. */
    async function logOf(manifest: ReturnType<typeof pod>): Promise<string> {
        await createAll(access, [manifest]);
        const at = { name: manifest.metadata.name, namespace: NAMESPACE };
        await waitFor(`the end of pod ${at.name}`, POD_SECONDS, async () => {
            const { status } = await access.core.readNamespacedPod(at);
            return status?.phase === "Succeeded" || status?.phase === "Failed";
        });
        return access.core.readNamespacedPodLog(at);
    }

    it("is the only one, and runs a container of this machine's kernel", async () => {
        const { items } = await access.core.listNode();
        assert.deepEqual(
            items.map(({ metadata }) => metadata?.name),
            [NODE_NAME],
        );
        const word = randomBytes(4).toString("hex");
        assert.equal(await logOf(pod("word", `print("${word}")`)), `${word}\n`);
    });

    it("resolves names and reaches Services", async () => {
        await createAll(access, [pod("server", SERVE), SERVICE]);
        assert.match(await logOf(pod("client", ASK.replace("TRIES", "30"))), /^200$/m);
    });

    it("enforces NetworkPolicies", async () => {
        await createAll(access, [DENY]);
        await new Promise((resolve) => setTimeout(resolve, 5_000));
        assert.doesNotMatch(await logOf(pod("refused", ASK.replace("TRIES", "3"))), /^200$/m);
    });

    it("enforces NetworkPolicies on the way to the API server", async () => {
        assert.equal(await logOf(pod("free", CALL.replace("DELAY", "0"))), "open\n");
        await createAll(access, [DENY_EGRESS]);
        // The pod's rules follow its start.
        assert.notEqual(await logOf(pod("fenced", CALL.replace("DELAY", "10"))), "open\n");
    });

    it("provisions volumes whose content outlives a pod", async () => {
        await createAll(access, [CLAIM]);
        const volumes = { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "claim" } }] };
        const mounts = [{ name: "v", mountPath: "/v" }];
        const word = randomBytes(4).toString("hex");
        await logOf(pod("writer", `open("/v/f", "w").write("${word}")`, volumes, mounts));
        assert.equal(await logOf(pod("reader", 'print(open("/v/f").read())', volumes, mounts)), `${word}\n`);
    });
});
