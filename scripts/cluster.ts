import { UsageError } from "./cluster/arguments";
import { main } from "./cluster/main";

/** `npm run cluster -- KIND|doctor`: exit code 0 fine, 1 a check failed, 2 wrong arguments. */
main(process.argv.slice(2)).then(
    (code) => {
        process.exitCode = code;
    },
    (error: unknown) => {
        console.error(error instanceof Error ? error.message : String(error));
        process.exitCode = error instanceof UsageError ? 2 : 1;
    },
);
