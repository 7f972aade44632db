import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { run } from "../../../process/run";
import { PROJECT_ROOT } from "../../../project";
import { createProgress } from "../../../terminal/progress";
import { ensureTools } from "../../../tools";
import { CHART, withoutChart } from "../../support/chart";
import { MONITORING_IMAGES, NODE_IMAGES } from "./catalog";
import { librariesIn } from "./python";

/** Every image that a text names. */
const imagesIn = (text: string) => [
    ...new Set([...text.matchAll(/"image": "([^"]+)"/g)].map(([, image]) => image ?? "")),
];

/** A reference with the registry and path that a runtime adds. */
const full = (image: string) => (image.includes("/") ? image : `docker.io/library/${image}`);

/** What staging sends to the cluster. */
const golden = () => readFileSync(join(PROJECT_ROOT, "test", "golden", "staging.json"), "utf8");

const objectsSchema = z.array(z.looseObject({ type: z.string(), inputs: z.looseObject({}) }));

describe("Images of the real node", () => {
    it("are all that staging asks for", () => {
        const names = [...NODE_IMAGES.programs, ...NODE_IMAGES.python].map(({ name }) => name);
        const wanted = imagesIn(golden()).map(full);
        assert.ok(wanted.length >= 6, wanted.join(" "));
        assert.deepEqual(
            wanted.filter((name) => !names.includes(name)),
            [],
        );
    });

    it(`are all that the chart asks for${withoutChart("skipped")}`, async function () {
        if (CHART === undefined) {
            this.skip();
        }
        const { helm } = await ensureTools(["helm"], createProgress());
        const release = objectsSchema
            .parse(JSON.parse(golden()))
            .find(({ type }) => type === "kubernetes:helm.sh/v3:Release");
        const args = ["template", "prometheus", CHART, "--namespace", "monitoring", "--values", "-"];
        const { stdout } = await run(helm.path, args, { input: JSON.stringify(release?.inputs.values) });
        const named = [...stdout.matchAll(/^\s+(?:- )?image: "?([^"\s]+)"?$|-reloader=(\S+)$/gm)];
        const wanted = [...new Set(named.map(([, image, flag]) => image ?? flag ?? ""))];
        assert.ok(wanted.length >= 9, wanted.join(" "));
        const names = [...MONITORING_IMAGES.programs, ...MONITORING_IMAGES.python].map(({ name }) => name);
        assert.deepEqual(wanted.sort(), names.sort());
    });

    it("have the libraries that ldd names", () => {
        const printed = [
            "\tlinux-vdso.so.1 (0x00007ffd)",
            "\tlibz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f01)",
            "\t/lib64/ld-linux-x86-64.so.2 (0x00007f02)",
            "/usr/bin/static:",
            "\tnot a dynamic executable",
        ];
        assert.deepEqual(librariesIn(printed.join("\n")), [
            "/lib/x86_64-linux-gnu/libz.so.1",
            "/lib64/ld-linux-x86-64.so.2",
        ]);
    });
});
