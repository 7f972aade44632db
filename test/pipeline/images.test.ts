import assert from "node:assert/strict";
import { imagesMarkdown, imagesSection } from "../../pipeline/imagesSection";
import { previewComment } from "../../pipeline/markdown";
import type { ImageChange, PreviewReport } from "../../engine/report";
import { deployment, imagesFor } from "../images/support";

const MOVED: ImageChange = {
    image: "spire.images.agent.digest",
    before: "ghcr.io/spiffe/spire-agent:1.15.3",
    after: "ghcr.io/spiffe/spire-agent:1.15.4",
    uses: ["DaemonSet spire-system/spire-agent, container spire-agent", "b", "c", "d", "e"],
};

/** A report with images. */
function report(images?: readonly ImageChange[]): PreviewReport {
    const none = { changes: [], findings: [], exceptions: [], errors: [] };
    return { stack: "staging", against: "main", resources: 1, ...none, ...(images === undefined ? {} : { images }) };
}

describe("Images in the comment on a pull request", () => {
    it("show before, after and the first places of each image that changed", () => {
        assert.equal(
            imagesSection(report([MOVED])),
            [
                "**staging: 1 image changed**",
                "",
                "````diff",
                "! spire.images.agent.digest",
                "-   ghcr.io/spiffe/spire-agent:1.15.3",
                "+   ghcr.io/spiffe/spire-agent:1.15.4",
                "    DaemonSet spire-system/spire-agent, container spire-agent; b; c; and 2 more",
                "````",
            ].join("\n"),
        );
    });

    it("are not mentioned where none changed", () => {
        for (const images of [undefined, []]) {
            assert.equal(imagesSection(report(images)), "");
            assert.doesNotMatch(previewComment([report(images)], "", ""), /image/);
        }
        assert.match(previewComment([report([MOVED])], "", ""), /\*\*staging: 1 image changed\*\*/);
    });

    it("cannot leave their block, nor fill the comment", () => {
        const hostile = { image: "a\n````\n@team", after: "b", uses: ["````"] };
        const text = imagesSection(report([hostile, ...Array.from({ length: 40 }, () => MOVED)]));
        assert.equal(text.match(/````/g)?.length, 2);
        assert.match(text, /\n {2}\.\.\. 11 more\n````$/);
    });

    it("are listed as Markdown with the setting and the places", async () => {
        const after = await imagesFor([deployment("web", { name: "web", image: "example.com/grafana/grafana:1" })]);
        const text = imagesMarkdown({ after: { ...after, notes: ["missing"] }, changes: [MOVED] });
        assert.match(text, /^### Images of staging\n\n\*\*staging: 1 image changed\*\*/);
        assert.match(text, /\n1 image, 0 pinned by digest\.\n/);
        assert.match(text, /````text\nmissing\n````/);
        assert.match(
            text,
            /pinned by monitoring\.images\.digests\.grafana\n {4}monitoring: Deployment monitoring\/web, /,
        );
    });
});
