import assert from "node:assert/strict";
import { dirname } from "node:path";
import { CannotRun } from "../../../errors";
import { findScanner, type Scanner } from "../../../images/scan/scanner";
import { localPaths } from "../../../process/paths";
import { findInCache } from "../../../tools/find";
import { lastingFolder } from "../../support/temporary";
import { crane, pushImage, startRegistry, type TestRegistry } from "../registry/server";

/** What is known of grype without its database, which is on the internet: the nightly workflow scans with one. */
describe("grype itself, without a database of vulnerabilities", function () {
    this.timeout(60_000);
    let registry: TestRegistry | undefined;
    let scanner: Scanner;

    before(async function () {
        const served = await crane();
        const program = process.env.X0TTA6BL4_GRYPE ?? (await findInCache("grype", localPaths()))?.path;
        if (served === undefined || program === undefined) {
            console.log("        crane or grype is not in the cache: npx x0 pipeline tools crane grype");
            this.skip();
        }
        registry = await startRegistry(served);
        const home = lastingFolder("grype-home-");
        const offline = { GRYPE_DB_CACHE_DIR: home, GRYPE_DB_AUTO_UPDATE: "false" };
        scanner = await findScanner("grype", { ...process.env, HOME: home, PATH: dirname(program), ...offline });
    });

    after(() => registry?.close());

    it("says so, and the scan ends with the command that fetches it", async () => {
        const host = registry?.host ?? "";
        const { digest } = await pushImage(host, "team/web", "1");
        const fault = await scanner.scan(`${host}/team/web:1@${digest}`, []).catch((error: unknown) => error);
        assert.ok(fault instanceof CannotRun, String(fault));
        assert.match(fault.message, /grype has no current database of vulnerabilities: [^]*database does not exist/);
        assert.doesNotMatch(fault.message, /\uFFFD/);
        assert.equal(fault.fix, "grype db update");
    });
});
