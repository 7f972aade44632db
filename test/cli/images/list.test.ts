import assert from "node:assert/strict";
import { showImages } from "../../../cli/images/list";
import { imagesText } from "../../../cli/images/text";
import { runX0 } from "../../../cli/x0";
import type { StackImages } from "../../../images/stackImages";
import { localPaths } from "../../../process/paths";
import { deployment, digest, goldenStack, imagesFor } from "../../images/support";
import { faultOf } from "../../support/x0Fault";

const SCREEN = { columns: 120, colour: false };
const CONTEXT = { paths: localPaths(), terminal: { ...SCREEN, interactive: false }, env: {} };

describe("x0 images list", () => {
    let staging: StackImages;
    before(async () => {
        staging = await imagesFor(goldenStack("staging"));
    });

    it("shows each image with its pin, the setting that names it and its places", () => {
        const text = imagesText({ after: staging }, SCREEN);
        assert.match(text, /^\d+ images of staging, 0 pinned by digest\n/);
        assert.match(
            text,
            /\n {2}ghcr\.io\/spiffe\/spire-agent:1\.15\.3 +not pinned\n {6}tag spire\.version, pinned by spire\.images\.agent\.digest\n {6}spire: DaemonSet spire-system\/spire-agent, container spire-agent\n {6}mesh: Deployment /,
        );
    });

    it("shows the beginning of a digest", async () => {
        const image = `web:1@${digest("web")}`;
        const text = imagesText({ after: await imagesFor([deployment("web", { name: "web", image })]) }, SCREEN);
        assert.match(text, /^1 image of staging, 1 pinned by digest\n/);
        assert.match(text, /docker\.io\/library\/web:1 +sha256:776562000000\n {6}no setting names it\n/);
    });

    it("shows what changed, that nothing did, and what is missing", () => {
        const change = { image: "mesh.image.digest", before: "a:1", after: "a:2", uses: [] };
        const after = { ...staging, notes: ["The chart is missing."] };
        const text = imagesText({ after, against: "commit abc", changes: [change] }, SCREEN);
        assert.match(
            text,
            /\n\nCompared with commit abc\n {2}mesh\.image\.digest\n {4}- a:1\n {4}\+ a:2\nnote {2}The chart is missing\.$/,
        );
        assert.match(imagesText({ after, against: "commit abc", changes: [] }, SCREEN), /commit abc\n {2}no change\n/);
    });

    it("refuses a command line without a stack, and two formats at once", async () => {
        const fault = await faultOf(() => runX0(["images", "list"], CONTEXT));
        assert.match(fault ?? "", /required option '--stack <name>' not specified/);
        const both = showImages({ stack: "staging", json: true, markdown: true }, CONTEXT);
        await assert.rejects(both, /--markdown and --json exclude each other/);
    });
});
