import assert from "node:assert/strict";
import { parseImage } from "../../policy/kubernetes/image";
import { RULES } from "../../policy/rules";
import { evaluate, hardened, set, violations } from "./fixtures";

/** Whether a rule reports a violation for an image. */
function isRefused(id: string, image: unknown, options = {}): boolean {
    const rule = RULES.find((candidate) => candidate.id === id);
    assert.ok(rule);
    const place = "spec.template.spec.containers[0].image";
    return violations(evaluate(rule, set(hardened(), place, image), { options })).includes(place);
}

describe("references to images", () => {
    for (const [reference, registry, repository] of [
        ["nginx", "docker.io", "library/nginx"],
        ["nginx:1", "docker.io", "library/nginx"],
        ["docker.io/nginx:1", "docker.io", "library/nginx"],
        ["index.docker.io/library/nginx", "docker.io", "library/nginx"],
        ["example/web", "docker.io", "example/web"],
        ["localhost/web", "localhost", "web"],
        ["host:5000/a/b:1@sha256:0", "host:5000", "a/b"],
        ["ghcr.io/example/web", "ghcr.io", "example/web"],
        ["", "docker.io", ""],
    ] as const) {
        it(`are read: ${reference}`, () => {
            const image = parseImage(reference);
            assert.deepEqual([image.registry, image.repository], [registry, repository]);
        });
    }
});

describe("image-tag", () => {
    const digest = `sha256:${"0".repeat(64)}`;
    for (const image of ["app:1", "host:5000/app:v1.2-rc.1_x", `app@${digest}`, `app:latest@${digest}`]) {
        it(`accepts ${image}`, () => {
            assert.equal(isRefused("image-tag", image), false);
        });
    }
    for (const image of [
        "app",
        "app:",
        "app@",
        "app@latest",
        "app:latest",
        "app:${TAG}",
        "app:1 ",
        "",
        ":1",
        7,
        null,
    ]) {
        it(`refuses ${JSON.stringify(image)}`, () => {
            assert.equal(isRefused("image-tag", image), true);
        });
    }
});

describe("image-registry", () => {
    for (const [image, registries, refused] of [
        ["nginx:1", ["docker.io/library"], false],
        ["example/web:1", ["docker.io/library"], true],
        ["ghcr.io/example/web:1", ["ghcr.io/example/web"], false],
        ["ghcr.io/example/web:1", ["ghcr.io/example"], false],
        ["ghcr.io/example-evil/web:1", ["ghcr.io/example"], true],
        ["ghcr.io.evil.example/web:1", ["ghcr.io"], true],
        ["a.example.com/web:1", ["*.example.com"], false],
    ] as const) {
        it(`${refused ? "refuses" : "accepts"} ${image} where ${registries.join()} is allowed`, () => {
            assert.equal(isRefused("image-registry", image, { registries }), refused);
        });
    }
});
