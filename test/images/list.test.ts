import assert from "node:assert/strict";
import { compareImages, newReferences } from "../../images/compare";
import { PINS, settingOf } from "../../images/settings";
import { valueOf } from "../../images/stackImages";
import { useText } from "../../images/words";
import { schemas } from "../../settings/schema";
import { CHART, withoutChart } from "../support/chart";
import { chartValuesOf, monitoringRun } from "../support/monitoring";
import { planned } from "../cost/support";
import { charted, deployment, digest, goldenStack, imageOf, imagesFor } from "./support";

const OPERATOR = deployment("operator", {
    name: "operator",
    image: "quay.io/prometheus-operator/prometheus-operator:v0.93.1",
    args: [
        "--prometheus-config-reloader=quay.io/prometheus-operator/prometheus-config-reloader:v0.93.1",
        "--thanos-default-base-image=quay.io/thanos/thanos:v0.42.4",
        "--prometheus-default-base-image=quay.io/prometheus/prometheus",
        "--config-reloader-cpu-limit=10m",
    ],
});

/** A Prometheus, whose pods the operator makes. */
function prometheus(spec: object) {
    const metadata = { name: "main", namespace: "monitoring" };
    const type = "kubernetes:monitoring.coreos.com/v1:Prometheus";
    return charted(type, "main", { apiVersion: "monitoring.coreos.com/v1", kind: "Prometheus", metadata, spec });
}

const RUNS_PROMETHEUS = { image: "quay.io/prometheus/prometheus:v3.14.0" };

describe("Images of a stack", () => {
    it("are those of all containers, also of those that wait before the others start", async () => {
        const { images } = await imagesFor(goldenStack("prod"), {}, "prod");
        const agent = imageOf({ images }, "/spire-agent");
        assert.deepEqual(agent.uses.map(useText), [
            "DaemonSet spire-system/spire-agent, container spire-agent",
            "Deployment x0tta6bl4-production/prod-x0tta6bl4, sidecar wait-for-identity",
        ]);
        assert.deepEqual(
            agent.uses.map(({ component }) => component),
            ["spire", "mesh"],
        );
        assert.deepEqual(imageOf({ images }, "/x0tta6bl4"), {
            registry: "docker.io",
            repository: "library/x0tta6bl4",
            tag: "3.4.0",
            digest: undefined,
            reference: "x0tta6bl4:3.4.0",
            name: "docker.io/library/x0tta6bl4",
            setting: { digest: "mesh.image.digest", names: "mesh.image.tag", isChartValue: false },
            uses: [
                {
                    component: "mesh",
                    object: "Deployment x0tta6bl4-production/prod-x0tta6bl4",
                    name: "x0tta6bl4",
                    role: "container",
                    runs: true,
                },
            ],
            runs: true,
        });
    });

    it("include init containers, sidecars, ephemeral containers and images that are mounted as volumes", async () => {
        const pod = {
            initContainers: [
                { name: "first", image: "a:1" },
                { name: "beside", image: "b:1", restartPolicy: "Always" },
            ],
            ephemeralContainers: [{ name: "debug", image: "c:1" }],
            volumes: [
                { name: "model", image: { reference: "d:1" } },
                { name: "tmp", emptyDir: {} },
            ],
        };
        const { images } = await imagesFor([deployment("web", { name: "web", image: "e:1" }, pod)]);
        assert.deepEqual(
            images.map(({ reference, uses }) => [reference, uses.map(({ role, name }) => `${role} ${name}`).join()]),
            [
                ["a:1", "init container first"],
                ["b:1", "sidecar beside"],
                ["c:1", "ephemeral container debug"],
                ["d:1", "volume model"],
                ["e:1", "container web"],
            ],
        );
    });

    it("include what an operator is told in its arguments, with the pods that it puts it into", async () => {
        const { images, notes } = await imagesFor([OPERATOR, prometheus(RUNS_PROMETHEUS)]);
        assert.deepEqual(imageOf({ images }, "/prometheus-config-reloader").uses.map(useText), [
            "Prometheus monitoring/main, init container init-config-reloader",
            "Prometheus monitoring/main, container config-reloader",
            "Deployment monitoring/operator, argument --prometheus-config-reloader",
        ]);
        assert.deepEqual(imageOf({ images }, "/prometheus/prometheus").uses.map(useText), [
            "Prometheus monitoring/main, container prometheus",
        ]);
        // A repository without tag is not an image: the resource names the version.
        assert.equal(images.length, 4);
        assert.deepEqual(notes, []);
    });

    it("tell an image of an argument that no pod runs from one that a pod asks for", async () => {
        const runs = async (spec: object) =>
            imageOf(await imagesFor([OPERATOR, prometheus({ ...RUNS_PROMETHEUS, ...spec })]), "/thanos").runs;
        assert.equal(await runs({}), false);
        assert.equal(await runs({ thanos: {} }), true);
    });

    it("say what the operator alone decides, instead of leaving it out in silence", async () => {
        const { notes } = await imagesFor([prometheus({})]);
        assert.equal(notes.length, 3);
        assert.match(notes[1] ?? "", /^Prometheus monitoring\/main: the operator chooses the image of prometheus, /);
    });

    it("are read once where many pods use them, and apart where their digest differs", async () => {
        const pinned = `web:1@${digest("web")}`;
        const { images } = await imagesFor([
            deployment("one", { name: "web", image: "web:1" }),
            deployment("two", { name: "web", image: "web:1" }),
            deployment("three", { name: "web", image: pinned }),
        ]);
        assert.deepEqual(
            images.map(({ reference, uses }) => [reference, uses.length]),
            [
                ["web:1", 2],
                [pinned, 1],
            ],
        );
    });

    it("name the object whose image cannot be read", async () => {
        await assert.rejects(
            imagesFor([deployment("web", { name: "web", image: 5 })]),
            /Deployment monitoring\/web: spec\.template\.spec\.containers\[0\]\.image must be a string/,
        );
    });

    it(`are all named by a setting or a chart value, of both stacks${withoutChart("without the chart")}`, async () => {
        for (const stack of ["staging", "prod"]) {
            const { images } = await imagesFor(goldenStack(stack), {}, stack);
            assert.deepEqual(
                images.filter(({ setting }) => setting === undefined).map(({ reference }) => reference),
                [],
            );
            assert.ok(images.length >= (CHART === undefined ? 6 : 15), `${images.length}`);
            assert.deepEqual(
                images
                    .filter(({ runs, setting }) => runs && setting?.digest === undefined)
                    .map(({ reference }) => reference),
                [],
            );
        }
    });
});

describe("The setting of an image", () => {
    const settings: Readonly<Record<string, unknown>> = {
        "mesh.image.repository": "registry.example.com/team/x0tta6bl4",
        "mesh.delivery.controller.image.repository": "quay.io/argoproj/argo-rollouts",
    };
    const of = (repository: string, ...components: string[]) =>
        settingOf(repository, components, (path) => settings[path])?.digest;

    it("is found for the mesh by the repository that it sets", () => {
        assert.equal(of("registry.example.com/team/x0tta6bl4", "mesh"), "mesh.image.digest");
        assert.equal(of("quay.io/argoproj/argo-rollouts", "mesh"), "mesh.delivery.controller.image.digest");
        assert.equal(of("registry.example.com/team/other", "mesh"), undefined);
    });

    it("is found behind the path of a mirror", () => {
        assert.equal(of("mirror.example.com/a/spiffe/spire-server", "spire"), "spire.images.server.digest");
        assert.equal(of("mirror.example.com/b/grafana/grafana", "monitoring"), "monitoring.images.digests.grafana");
        assert.equal(of("mirror.example.com/not-spiffe/spire-server", "spire"), undefined);
    });

    it("is there for every digest of the schemas, and pins what the chart reads", async () => {
        const keys = Object.keys(schemas.monitoring.shape.images.unwrap().shape.digests.unwrap().shape);
        assert.deepEqual(
            PINS.flatMap(([setting]) => /^monitoring\.images\.digests\.(.+)$/.exec(setting)?.[1] ?? []).sort(),
            keys.sort(),
        );
        for (const [setting, path] of PINS) {
            assert.equal(of(`example.com/${path}`, setting.split(".")[0] ?? ""), setting);
        }
        const digests = Object.fromEntries(keys.map((key) => [key, digest(key)]));
        const values = chartValuesOf(await monitoringRun({ images: { digests } }, "prod"));
        for (const [setting, , value] of PINS.filter(([, , chartValue]) => chartValue !== "")) {
            const pinned = valueOf(values, value);
            const [hex] = Object.values(pinned as Record<string, string>).map((text) => text.replace("sha256:", ""));
            assert.equal(`sha256:${hex ?? ""}`, digest(setting.split(".").at(-1) ?? ""), value);
        }
    });
});

describe("Images of two versions", () => {
    const web = (image: string) => deployment("web", { name: "web", image });

    it("differ by the setting that names them, with before, after and the places", async () => {
        const before = await imagesFor(goldenStack("staging"));
        const moved = goldenStack("staging").map((resource) => ({
            ...resource,
            inputs: JSON.parse(
                JSON.stringify(resource.inputs).replaceAll("spire-agent:1.15.3", "spire-agent:1.15.4"),
            ) as typeof resource.inputs,
        }));
        const after = await imagesFor(moved);
        assert.deepEqual(compareImages(before, after), [
            {
                image: "spire.images.agent.digest",
                before: "ghcr.io/spiffe/spire-agent:1.15.3",
                after: "ghcr.io/spiffe/spire-agent:1.15.4",
                uses: [
                    "DaemonSet spire-system/spire-agent, container spire-agent",
                    "Deployment x0tta6bl4-staging/staging-x0tta6bl4, sidecar wait-for-identity",
                ],
            },
        ]);
        assert.deepEqual([...newReferences(before, after)], ["ghcr.io/spiffe/spire-agent:1.15.4"]);
    });

    it("differ where one is new or gone, and not where only the places do", async () => {
        const [none, one] = [await imagesFor([]), await imagesFor([web("web:1")])];
        const uses = ["Deployment monitoring/web, container web"];
        assert.deepEqual(compareImages(none, one), [{ image: "docker.io/library/web", after: "web:1", uses }]);
        assert.deepEqual(compareImages(one, none), [{ image: "docker.io/library/web", before: "web:1", uses }]);
        const two = await imagesFor([web("web:1"), deployment("more", { name: "more", image: "web:1" })]);
        assert.deepEqual(compareImages(one, two), []);
        assert.deepEqual([...newReferences(one, two)], []);
    });

    it("have the component of each use", async () => {
        const { images } = await imagesFor([
            planned("kubernetes:apps/v1:Deployment", "x", web("web:1").inputs, "mesh"),
            web("web:2"),
        ]);
        assert.deepEqual(
            images.map(({ uses }) => uses[0]?.component),
            ["mesh", "monitoring"],
        );
    });
});
