import assert from "node:assert/strict";
import { meshFindings } from "../../../preflight/doctor/mesh";
import { liveMesh } from "../../../preflight/mesh";
import { parse } from "../../support/parseSettings";
import { istioAmbient, istioSidecars, judged, linkerd, namespace, type Objects, versionOf } from "./cluster";

const SIDECAR = { type: "istioSidecar" };
const AMBIENT = { type: "istioAmbient" };
const LINKERD = { type: "linkerd" };
const SPIRE = { ...SIDECAR, identity: "spire" };

/** The template of docs/service-mesh.md, shortened to what is judged. */
const TEMPLATE = "spec:\n  initContainers:\n  - name: istio-proxy\n  volumes:\n  - csi: { driver: csi.spiffe.io }\n";
const OLD_TEMPLATE = TEMPLATE.replace("initContainers", "containers");

const NAMESPACE = "x0tta6bl4-staging";

/** Labels that a manager set on the mesh's namespace. */
const labelled = (label: string, value: string, manager: string) =>
    namespace(NAMESPACE, {
        labels: { [label]: value },
        managedFields: [{ manager, fieldsV1: { "f:metadata": { "f:labels": { [`f:${label}`]: {} } } } }],
    });

describe("Service mesh: before an update", () => {
    it("nothing is read where the pods join none", async () => {
        const nothing = { reasons: [], warnings: [] };
        assert.deepEqual(await judged({}, { type: "none" }, { hidden: () => assert.fail("it reads") }), nothing);
    });

    const fine: [string, Objects, object][] = [
        ["Istio's sidecars with istio-cni", istioSidecars(), SIDECAR],
        ["a revision", istioSidecars({ revision: "1-31" }), { ...SIDECAR, revision: "1-31" }],
        ["ambient mode", istioAmbient(), AMBIENT],
        ["Linkerd with its CNI plugin", linkerd(), LINKERD],
        ["SPIRE's certificates", istioSidecars({ trustDomain: "x0tta6bl4.mesh", spireTemplate: TEMPLATE }), SPIRE],
        [
            "its own labels of an earlier type",
            { ...istioAmbient(), ...labelled("istio-injection", "enabled", "pulumi-kubernetes-1") },
            AMBIENT,
        ],
    ];
    for (const [what, objects, serviceMesh] of fine) {
        it(`accepts ${what}`, async () => {
            assert.deepEqual(await judged(objects, serviceMesh), { reasons: [], warnings: [] });
        });
    }

    const refused: [string, Objects, object, RegExp][] = [
        ["a cluster without Istio", {}, SIDECAR, /does not have peerauthentications\.security\.istio\.io/],
        [
            "a cluster without the default revision, and names the others",
            istioSidecars({ revision: "1-31" }),
            SIDECAR,
            /No webhook .* for namespaces with istio-injection=enabled.*\n +Take 1-31: +pulumi config set --stack staging --path mesh\.serviceMesh\.revision 1-31\n +Or join none: .*type none/,
        ],
        [
            "a revision that is not there",
            istioSidecars(),
            { ...SIDECAR, revision: "1-30" },
            /for revision 1-30.*\n +Take the default one: +pulumi config rm .*mesh\.serviceMesh\.revision/,
        ],
        [
            "sidecars without istio-cni in a restricted namespace",
            istioSidecars({ cni: false }),
            SIDECAR,
            /istio-init, which runs as root with NET_ADMIN.*level restricted[^]*pilot\.cni\.enabled=true/,
        ],
        [
            "istiod that relies on a plugin which is not there",
            { ...istioSidecars(), "/apis/apps/v1/daemonsets": { items: [] } },
            SIDECAR,
            /no DaemonSet istio-cni-node/,
        ],
        ["privileged proxies", istioSidecars({ privileged: true }), SIDECAR, /global\.proxy\.privileged=false/],
        [
            "SPIRE's certificates without the template",
            istioSidecars({ trustDomain: "x0tta6bl4.mesh" }),
            SPIRE,
            /has no template spire[^]*docs\/service-mesh\.md#spire-as-the-source-of-identities/,
        ],
        [
            "a template without the CSI driver",
            istioSidecars({ trustDomain: "x0tta6bl4.mesh", spireTemplate: "spec: {}" }),
            SPIRE,
            /does not mount the volume of csi\.spiffe\.io/,
        ],
        [
            "a template for proxies beside the app where they are native sidecars",
            istioSidecars({ trustDomain: "x0tta6bl4.mesh", spireTemplate: OLD_TEMPLATE }),
            SPIRE,
            /changes containers.*it would be there twice/,
        ],
        [
            "another trust domain than SPIRE's",
            istioSidecars({ spireTemplate: TEMPLATE }),
            SPIRE,
            /trust domain is cluster\.local, but SPIRE's is x0tta6bl4\.mesh[^]*meshConfig\.trustDomain=x0tta6bl4\.mesh/,
        ],
        ["ambient mode without ztunnel", istioAmbient(["istio-cni-node"]), AMBIENT, /no DaemonSet ztunnel:/],
        ["ambient mode without both", istioAmbient([]), AMBIENT, /no DaemonSet ztunnel and no istio-cni-node/],
        [
            "an istio-cni without ambient mode",
            istioAmbient(undefined, "false"),
            AMBIENT,
            /istio-cni in namespace istio-system runs without ambient mode/,
        ],
        ["a cluster without Linkerd", linkerd({ injector: false }), LINKERD, /No webhook .* injects Linkerd's proxies/],
        [
            "Linkerd without its CNI plugin in a restricted namespace",
            linkerd({ cniEnabled: false }),
            LINKERD,
            /linkerd-init, which has NET_ADMIN and NET_RAW.*level restricted/,
        ],
        ["Linkerd whose plugin is not there", linkerd({ plugin: false }), LINKERD, /no DaemonSet linkerd-cni/],
        [
            "both labels for sidecars, one of them set by hand",
            { ...istioSidecars(), ...labelled("istio.io/rev", "1-30", "kubectl-label") },
            SIDECAR,
            /has istio\.io\/rev=1-30, which this stack did not set.*\n +Remove it: +kubectl --context test label namespace x0tta6bl4-staging istio\.io\/rev-/,
        ],
        [
            "sidecars beside ambient mode",
            { ...istioAmbient(), ...labelled("istio-injection", "enabled", "kubectl-label") },
            AMBIENT,
            /has istio-injection=enabled/,
        ],
    ];
    for (const [what, objects, serviceMesh, reason] of refused) {
        it(`refuses ${what}`, async () => {
            const { reasons } = await judged(objects, serviceMesh);
            assert.match(reasons.join("\n"), reason);
        });
    }

    it("admits istio-init and linkerd-init where the namespace is privileged", async () => {
        const mesh = { podSecurity: { level: "privileged" } };
        assert.deepEqual((await judged(istioSidecars({ cni: false }), SIDECAR, { mesh })).reasons, []);
        assert.deepEqual((await judged(linkerd({ cniEnabled: false }), LINKERD, { mesh })).reasons, []);
    });

    it("judges nothing that these credentials may not read", async () => {
        for (const serviceMesh of [SIDECAR, AMBIENT, LINKERD, SPIRE]) {
            assert.deepEqual((await judged({}, serviceMesh, { hidden: () => true })).reasons, []);
        }
    });

    const warned: [string, Objects, object, RegExp][] = [
        [
            "a namespace of callers outside the mesh",
            { ...istioSidecars(), ...namespace("ingress-nginx") },
            SIDECAR,
            /^Namespace ingress-nginx, .* joins no mesh.*\n.*mesh\.serviceMesh\.mtls permissive$/,
        ],
        [
            "two issuers of one trust domain",
            istioSidecars({ trustDomain: "x0tta6bl4.mesh" }),
            SIDECAR,
            /^Istio and SPIRE both issue certificates of the trust domain x0tta6bl4\.mesh/,
        ],
        ["proxies beside the app", { ...istioSidecars(), ...versionOf(30) }, SIDECAR, /^Kubernetes 1\.30: Istio adds/],
        [
            "a control plane that is elsewhere",
            istioSidecars(),
            { ...SIDECAR, controlPlaneNamespace: "mesh-control" },
            /^ConfigMap istio-sidecar-injector of namespace mesh-control cannot be read/,
        ],
    ];
    for (const [what, objects, serviceMesh, warning] of warned) {
        it(`warns of ${what}, without refusing the update`, async () => {
            const { reasons, warnings } = await judged(objects, serviceMesh);
            assert.deepEqual(reasons, []);
            assert.equal(warnings.length, 1);
            assert.match(warnings[0] ?? "", warning);
        });
    }

    it("does not warn of callers that join, that are not there, or that strict mTLS does not refuse", async () => {
        const joined = namespace("ingress-nginx", { labels: { "istio-injection": "enabled" } });
        assert.deepEqual((await judged({ ...istioSidecars(), ...joined }, SIDECAR)).warnings, []);
        // Traefik is named by default, and most clusters have none.
        assert.deepEqual((await judged({ ...istioSidecars(), ...namespace("kube-system") }, SIDECAR)).warnings, []);
        const permissive = { ...SIDECAR, mtls: "permissive" };
        const outside = { ...istioSidecars(), ...namespace("ingress-nginx") };
        assert.deepEqual((await judged(outside, permissive)).warnings, []);
    });

    it("stops the update, and is a finding of the doctor", async () => {
        const settings = parse({ mesh: { serviceMesh: SIDECAR } });
        const read = () => Promise.resolve({ seen: true as const, object: undefined });
        await assert.rejects(liveMesh(read, settings), /The mesh cannot be updated:[^]*peerauthentications/);
        const findings = await meshFindings(read, settings);
        assert.ok(findings.some(({ status, detail }) => status === "fail" && detail.includes("peerauthentications")));
        const outside = { ...istioSidecars(), ...namespace("ingress-nginx") };
        const warnings = await meshFindings(
            (path) =>
                Promise.resolve({
                    seen: true as const,
                    object: Object.entries(outside).find(([key]) => key === path)?.[1],
                }),
            settings,
        );
        assert.deepEqual(
            warnings.map(({ status, name }) => `${status} ${name}`),
            ["ok Mesh", "warn Service mesh"],
        );
    });
});
