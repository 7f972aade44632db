import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../../project";
import { PROGRAM_IMAGES, PYTHON_IMAGES } from "./catalog";
import { librariesIn } from "./python";

/** Every image that a text names. */
const imagesIn = (text: string) => [
    ...new Set([...text.matchAll(/"image": "([^"]+)"/g)].map(([, image]) => image ?? "")),
];

/** A reference with the registry and path that a runtime adds. */
const full = (image: string) => (image.includes("/") ? image : `docker.io/library/${image}`);

describe("Images of the real node", () => {
    it("are all that staging asks for", () => {
        const names = [...PROGRAM_IMAGES, ...PYTHON_IMAGES].map(({ name }) => name);
        const golden = readFileSync(join(PROJECT_ROOT, "test", "golden", "staging.json"), "utf8");
        const wanted = imagesIn(golden).map(full);
        assert.ok(wanted.length >= 6, wanted.join(" "));
        assert.deepEqual(
            wanted.filter((name) => !names.includes(name)),
            [],
        );
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
