import assert from "node:assert/strict";
import { clientOf, resolutionText } from "../../cli/images/resolve";
import type { RegistryClient } from "../../images/registry/client";
import { RegistryFault, type RegistryProblem } from "../../images/registry/fault";
import { resolvePins } from "../../images/resolve";
import { createProgress } from "../../terminal/progress";
import { withFolder } from "../support/temporary";
import { deployment, digest, goldenStack, imagesFor } from "./support";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SCREEN = { columns: 120, colour: false };

/** A client that knows a digest for everything, except for what it is told to fail. */
function fake(failing: Readonly<Record<string, RegistryProblem>> = {}, asked: string[] = []): RegistryClient {
    return {
        digestOf: ({ registry, repository }, tag) => {
            const name = `${registry}/${repository}:${tag}`;
            asked.push(name);
            const problem = failing[name];
            return problem === undefined
                ? Promise.resolve({ digest: digest(repository), isIndex: !repository.endsWith("single") })
                : Promise.reject(new RegistryFault(problem, `${registry} says no`));
        },
    };
}

const silent = () => undefined;

describe("Digests of a stack", () => {
    it("are found for every setting, each image asked for once, with progress", async () => {
        const asked: string[] = [];
        const steps: string[] = [];
        const images = await imagesFor(goldenStack("prod"), {}, "prod");
        const { pins, faults, notes } = await resolvePins(images, fake({}, asked), (done, all) => {
            steps.push(`${done}/${all}`);
        });
        assert.deepEqual([faults, notes], [[], []]);
        assert.equal(new Set(asked).size, asked.length);
        assert.equal(steps.at(-1), `${asked.length}/${asked.length}`);
        const agent = pins.find(({ setting }) => setting === "spire.images.agent.digest");
        assert.deepEqual(agent, {
            setting: "spire.images.agent.digest",
            image: "ghcr.io/spiffe/spire-agent:1.15.3",
            after: digest("spiffe/spire-agent"),
            isIndex: true,
        });
        assert.ok(pins.some(({ setting }) => setting === "mesh.image.digest"));
    });

    it("say what each has now, so that a raised tag moves its digest, too", async () => {
        const old = `example.com/grafana/grafana:2@${digest("old")}`;
        const images = await imagesFor([deployment("web", { name: "web", image: old })]);
        const { pins } = await resolvePins(images, fake(), silent);
        assert.deepEqual(pins[0]?.before, digest("old"));
        const text = resolutionText("staging", { pins, faults: [], notes: [] }, false, SCREEN);
        assert.match(
            text,
            /^1 digest of staging to set, 0 up to date\n {2}example\.com\/grafana\/grafana:2\n {6}- sha256:6f6c64/,
        );
        assert.match(text, /pulumi config set --stack staging --path monitoring\.images\.digests\.grafana sha256:/);
        assert.match(
            text,
            /Nothing was written\. To write Pulumi\.staging\.yaml: npx x0 images resolve --stack staging --write$/,
        );
    });

    it("are asked for all, whatever fails, and each fault says what to do", async () => {
        const images = await imagesFor(goldenStack("staging"));
        const failing = {
            "docker.io/library/x0tta6bl4:3.4.0": "unauthorized",
            "ghcr.io/spiffe/spire-agent:1.15.3": "missing",
            "ghcr.io/spiffe/spire-server:1.15.3": "unauthorized",
            "ghcr.io/spiffe/spiffe-csi-driver:0.2.12": "rate limit",
            "registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.16.0": "unreachable",
        } as const;
        const { pins, faults } = await resolvePins(images, fake(failing), silent);
        assert.equal(faults.length, 5);
        assert.ok(pins.length > 0);
        const text = faults.join("\n");
        for (const part of [
            "Push it to a registry, and name that: pulumi config set --stack staging --path mesh.image.repository REGISTRY/NAME",
            "Set a tag that is there: pulumi config set --stack staging --path --type string spire.version TAG",
            "Check its name, or log in: docker login ghcr.io",
            "Log in, or try again later: docker login ghcr.io",
            "Check the network, and HTTPS_PROXY and NO_PROXY.",
        ]) {
            assert.ok(text.includes(part), `${part}\n${text}`);
        }
        const shown = resolutionText("staging", { pins: [], faults, notes: [] }, true, SCREEN);
        assert.equal(shown.match(/^wrong/gm)?.length, 5);
    });

    it("are left out for what no setting pins, what no pod runs, and what one digest cannot stand for", async () => {
        const images = await imagesFor([
            deployment("operator", {
                name: "operator",
                image: "busybox:1",
                args: ["--thanos-default-base-image=quay.io/thanos/thanos:v1"],
            }),
            deployment("one", { name: "web", image: "example.com/grafana/grafana:1" }),
            deployment("two", { name: "web", image: "example.com/grafana/grafana:2" }),
            deployment("three", { name: "web", image: `example.com/kiwigrid/k8s-sidecar@${digest("x")}` }),
        ]);
        const { pins, faults, notes } = await resolvePins(images, fake(), silent);
        assert.deepEqual(pins, []);
        assert.deepEqual(notes, [
            "busybox:1: no setting pins it, so it is left as it is. The chart's value is crds.upgradeJob.image.busybox.",
        ]);
        assert.match(faults[0] ?? "", /would have to stand for \S+:1 and \S+:2, which one digest cannot/);
        assert.match(faults[1] ?? "", /it has no tag, so no registry can tell its digest/);
    });

    it("are noted where they stand for one platform", () => {
        const pin = { setting: "a.b", image: "single:1", after: digest("a"), isIndex: false };
        const text = resolutionText("prod", { pins: [pin], faults: [], notes: [] }, true, SCREEN);
        assert.match(text, /note {2}single:1 is built for one platform/);
        assert.match(text, /Written to Pulumi\.prod\.yaml\. Next: npx x0 diff --stack prod$/);
    });

    it("need a configuration of Docker that can be read, where there is one", async () => {
        await withFolder((folder) => {
            mkdirSync(join(folder, ".docker"));
            writeFileSync(join(folder, ".docker", "config.json"), "[");
            const progress = createProgress(process.stderr);
            assert.throws(() => clientOf({ HOME: folder }, progress), /config\.json is not a configuration of Docker/);
            return Promise.resolve();
        });
    });
});
