import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { PatchStrategy } from "@kubernetes/client-node";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import type { ReadAnswer } from "../../kube/read";
import { clusterRequests } from "../../kube/request";
import { type Cluster, startCluster } from "../../local/controlPlane";
import { CLUSTER_TOOLS } from "../../local/controlPlane/kwokctl";
import { down } from "../../local/down";
import { serviceMeshJudgement } from "../../preflight/serviceMesh";
import { localPaths } from "../../process/paths";
import { PROJECT_ROOT } from "../../project";
import { createProgress } from "../../terminal/progress";
import { ensureTools } from "../../tools";
import { type Clients, clients } from "../e2e/support/objects";
import { podAmounts } from "../policy/podAmounts";
import { record, text } from "../support/mesh";
import { separatePaths } from "../support/paths";
import { parse } from "../support/parseSettings";
import { at } from "../support/program";
import { analysis, findIstioctl, injected, installation, type Manifest, WITHOUT } from "./support/istioctl";
import { meshObjects, podOf, the } from "./support/objects";

const paths = separatePaths(localPaths(), "servicemesh");
const progress = createProgress();

/** The values of docs/service-mesh.md for SPIRE: what a reader copies is what is tested. */
const SPIRE_VALUES = (() => {
    const document = readFileSync(join(PROJECT_ROOT, "docs/service-mesh.md"), "utf8");
    const block = Array.from(document.matchAll(/```yaml\n([^`]+)```/g), ([, content]) => content ?? "").find(
        (content) => content.includes("sidecarInjectorWebhook"),
    );
    return record(parseYaml(block ?? ""));
})();

const CNI_VALUES = { pilot: { cni: { enabled: true } } };

/** The same template where the proxy is an ordinary container, as the document says. */
const OLD_SPIRE_VALUES = record(JSON.parse(JSON.stringify(SPIRE_VALUES).replace("initContainers", "containers")));

const SIDECAR = { serviceMesh: { type: "istioSidecar" } };
const SPIRE = { serviceMesh: { type: "istioSidecar", identity: "spire" } };
const AMBIENT = { serviceMesh: { type: "istioAmbient" } };

const nameSchema = z.array(z.looseObject({ name: z.string() }));

/** Containers of a pod of a Deployment, by list. */
function containersOf(deployment: Manifest, list: "containers" | "initContainers") {
    return nameSchema.parse(at(deployment, "spec", "template", "spec", list));
}

describe("Istio's own injector, kinds and analyzers", function () {
    let istioctl: string;
    let cluster: Cluster;
    let api: Clients;

    before(async function () {
        const found = await findIstioctl();
        if (found === undefined) {
            console.log(`        ${WITHOUT}`);
            this.skip();
        }
        istioctl = found;
        const tools = await ensureTools(CLUSTER_TOOLS, progress, paths);
        cluster = await startCluster(tools, progress, paths);
        api = clients(cluster);
    });

    after(async () => {
        await down(progress, paths);
        await rm(paths.root, { recursive: true, force: true });
    });

    /** Sends an object by server-side apply; rejects with what the API server says. */
    async function apply(object: Manifest, dryRun: boolean): Promise<void> {
        const metadata = z.looseObject({ name: z.string(), namespace: z.string().optional() }).parse(object.metadata);
        const body = Object.assign({}, object, {
            apiVersion: text(object.apiVersion),
            kind: text(object.kind),
            metadata,
        });
        const strategy = PatchStrategy.ServerSideApply;
        await api.objects.patch(body, undefined, dryRun ? "All" : undefined, "servicemesh-test", true, strategy);
    }

    /** Creates Istio's definitions, as they are: the typed client would drop fields of schemas. */
    async function define(installed: readonly Manifest[]): Promise<void> {
        const send = await clusterRequests(cluster);
        for (const definition of installed.filter(({ kind }) => kind === "CustomResourceDefinition")) {
            const { status, object } = await send(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                definition,
            );
            assert.ok(status === 201 || status === 409, JSON.stringify(object));
        }
    }

    /** Sends a pod of a Deployment to the mesh's own, restricted namespace, as a dry run. */
    async function admit(objects: readonly Manifest[], deployment: Manifest): Promise<void> {
        const namespace = the(objects, "Namespace");
        await apply(namespace, false);
        await apply(the(objects, "ServiceAccount"), false);
        const pod = podOf(deployment, "dry-run");
        const metadata = { ...record(pod.metadata), namespace: text(at(namespace, "metadata", "name")) };
        await apply({ ...pod, metadata }, true);
    }

    const cases = [
        { what: "native sidecars", mesh: SIDECAR, values: CNI_VALUES, native: true },
        { what: "proxies beside the app", mesh: SIDECAR, values: CNI_VALUES, native: false },
        { what: "native sidecars with SPIRE's certificates", mesh: SPIRE, values: SPIRE_VALUES, native: true },
        { what: "proxies beside the app with SPIRE's", mesh: SPIRE, values: OLD_SPIRE_VALUES, native: false },
    ] as const;
    for (const { what, mesh, values, native } of cases) {
        it(`injects ${what} that the restricted namespace admits`, async () => {
            const objects = await meshObjects("staging", mesh);
            const deployment = await injected(
                istioctl,
                await installation(istioctl, values),
                the(objects, "Deployment"),
                native,
            );
            const names = (list: "containers" | "initContainers") =>
                containersOf(deployment, list).map(({ name }) => name);
            assert.deepEqual(
                [names("initContainers"), names("containers")],
                native
                    ? [["istio-validation", "istio-proxy", "wait-for-identity"], ["x0tta6bl4"]]
                    : // Held until the proxy has started, so it comes first.
                      [
                          ["istio-validation", "wait-for-identity"],
                          ["istio-proxy", "x0tta6bl4"],
                      ],
            );
            await admit(objects, deployment);
        });
    }

    it("gives the proxy SPIRE's socket, read-only, and its name; once, and no other way", async () => {
        const objects = await meshObjects("staging", SPIRE);
        const deployment = await injected(
            istioctl,
            await installation(istioctl, SPIRE_VALUES),
            the(objects, "Deployment"),
            true,
        );
        const volumes = nameSchema.parse(at(deployment, "spec", "template", "spec", "volumes"));
        assert.deepEqual(
            volumes.filter(({ name }) => name === "workload-socket"),
            [{ name: "workload-socket", csi: { driver: "csi.spiffe.io", readOnly: true } }],
        );
        const proxy = containersOf(deployment, "initContainers").find(({ name }) => name === "istio-proxy");
        const mounts = nameSchema.parse(proxy?.volumeMounts).filter(({ name }) => name === "workload-socket");
        assert.deepEqual(mounts, [
            { name: "workload-socket", mountPath: "/var/run/secrets/workload-spiffe-uds", readOnly: true },
        ]);
        const env = nameSchema.parse(proxy?.env);
        assert.ok(env.some(({ name, value }) => name === "WORKLOAD_IDENTITY_SOCKET_FILE" && value === "agent.sock"));
        assert.ok(env.some(({ name, value }) => name === "TRUST_DOMAIN" && value === "x0tta6bl4.mesh"));
    });

    it("follows the annotations: ports, resources, and where Prometheus scrapes", async () => {
        const proxyResources = { requests: { cpu: "70m", memory: "90Mi" }, limits: { cpu: "1", memory: "500Mi" } };
        const objects = await meshObjects("staging", {
            serviceMesh: { ...SIDECAR.serviceMesh, proxy: proxyResources },
        });
        const deployment = await injected(
            istioctl,
            await installation(istioctl, CNI_VALUES),
            the(objects, "Deployment"),
            true,
        );
        const validation = containersOf(deployment, "initContainers").find(({ name }) => name === "istio-validation");
        const args = z.array(z.string()).parse(validation?.args);
        const after = (flag: string) => args[args.indexOf(flag) + 1]?.split(",");
        assert.ok(after("-d")?.includes("7946"), `inbound: ${args.join(" ")}`);
        assert.deepEqual(after("-o"), ["7946"]);
        const proxy = containersOf(deployment, "initContainers").find(({ name }) => name === "istio-proxy");
        assert.deepEqual(proxy?.resources, proxyResources);
        const annotations = record(at(deployment, "spec", "template", "metadata", "annotations"));
        assert.equal(annotations["prometheus.io/port"], "9090");
        assert.equal(annotations["prometheus.io/path"], "/metrics");
    });

    it("costs what the policy resource-budget counts before there is a proxy", async () => {
        const objects = await meshObjects("prod", SIDECAR);
        const before = the(objects, "Deployment");
        const after = await injected(istioctl, await installation(istioctl, CNI_VALUES), before, true);
        const namespace = the(objects, "Namespace");
        assert.deepEqual(podAmounts(before, namespace), podAmounts(after, undefined));
        assert.notDeepEqual(podAmounts(before, undefined), podAmounts(after, undefined));
    });

    it("adds istio-init without istio-cni, which the namespace refuses and the doctor foretells", async () => {
        const installed = await installation(istioctl, {});
        const objects = await meshObjects("staging", SIDECAR);
        const deployment = await injected(istioctl, installed, the(objects, "Deployment"), true);
        assert.equal(containersOf(deployment, "initContainers")[0]?.name, "istio-init");
        await assert.rejects(admit(objects, deployment), /violates PodSecurity.*restricted[^]*NET_ADMIN/);
        const { reasons } = await doctor(installed, SIDECAR);
        assert.match(reasons.join("\n"), /istio-init, which runs as root with NET_ADMIN/);
    });

    it("has no template spire unless istiod's values add it, as the doctor foretells", async () => {
        const installed = await installation(istioctl, CNI_VALUES);
        const objects = await meshObjects("staging", SPIRE);
        await assert.rejects(injected(istioctl, installed, the(objects, "Deployment"), true), /spire/);
        const { reasons } = await doctor(installed, SPIRE);
        assert.match(reasons.join("\n"), /has no template spire/);
        assert.match(reasons.join("\n"), /trust domain is cluster\.local/);
    });

    it("satisfies the doctor when it is installed as the document says", async () => {
        assert.deepEqual(await doctor(await installation(istioctl, CNI_VALUES), SIDECAR), {
            reasons: [],
            warnings: [],
        });
        assert.deepEqual(await doctor(await installation(istioctl, SPIRE_VALUES), SPIRE), {
            reasons: [],
            warnings: [],
        });
    });

    for (const [what, mesh] of Object.entries({ sidecars: SIDECAR, "SPIRE's certificates": SPIRE, ambient: AMBIENT })) {
        it(`accepts the objects of a stack with ${what}, by its own definitions`, async () => {
            await define(await installation(istioctl, CNI_VALUES));
            const objects = await meshObjects("prod", mesh);
            await apply(the(objects, "Namespace"), false);
            const ours = objects.filter(({ apiVersion }) => String(apiVersion).startsWith("security.istio.io/"));
            assert.ok(ours.length > 0);
            for (const object of ours) {
                await applied(() => apply(object, true));
            }
            const broken = JSON.parse(JSON.stringify(ours[0]).replace("STRICT", "strict")) as Manifest;
            await assert.rejects(apply(broken, true), /Unsupported value/);
        });

        it(`finds nothing wrong in a stack with ${what}`, async () => {
            for (const stack of ["staging", "prod"]) {
                const objects = await meshObjects(stack, mesh);
                assert.deepEqual(await analysis(istioctl, objects), [], stack);
            }
        });
    }

    it("finds a port that is none: the analyzers do look", async () => {
        const objects = JSON.stringify(await meshObjects("staging", AMBIENT)).replaceAll('"7946"', '"gossip"');
        const found = await analysis(istioctl, z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(objects)));
        assert.match(found.join("\n"), /^IST0106 AuthorizationPolicy .*gossip/);
    });

    /** What is said before an update in a cluster with these objects of Istio. */
    function doctor(installed: readonly Manifest[], mesh: object) {
        const items = (kind: string) => ({ items: installed.filter((object) => object.kind === kind) });
        const objects: Record<string, unknown> = {
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations":
                items("MutatingWebhookConfiguration"),
            "/apis/apps/v1/daemonsets": items("DaemonSet"),
            "/version": { minor: "36" },
        };
        for (const object of installed) {
            const name = text(at(object, "metadata", "name"));
            if (object.kind === "CustomResourceDefinition") {
                objects[`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`] = object;
            }
            if (object.kind === "ConfigMap") {
                objects[`/api/v1/namespaces/${text(at(object, "metadata", "namespace"))}/configmaps/${name}`] = object;
            }
        }
        const read = (path: string): Promise<ReadAnswer> => Promise.resolve({ seen: true, object: objects[path] });
        return serviceMeshJudgement(read, parse({ mesh }), "kubectl");
    }
});

/** Tries until a new definition is served. */
async function applied(send: () => Promise<void>, tries = 40): Promise<void> {
    for (let left = tries; ; left -= 1) {
        try {
            await send();
            return;
        } catch (error) {
            if (left === 0 || !/404|not found/i.test(String(error))) {
                throw error;
            }
            await new Promise((resolve) => setTimeout(resolve, 250));
        }
    }
}
