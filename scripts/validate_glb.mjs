// Runs the Khronos glTF validator over GLB files:
//
//     node scripts/validate_glb.mjs FILE.glb …
//
// Prints each issue. Exits with 1 if there is an error or a warning, and with 2 if the validator is not installed
// (scripts/fetch_validator.sh fetches it).
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../.cache/validator/", import.meta.url));
let validator;
try {
    validator = require("gltf-validator");
} catch {
    console.error("The glTF validator is not there: run scripts/fetch_validator.sh");
    process.exit(2);
}

const severities = ["error", "warning", "information", "hint"];
let refused = process.argv.length < 3;
for (const path of process.argv.slice(2)) {
    const report = await validator.validateBytes(new Uint8Array(readFileSync(path)), { uri: path, maxIssues: 50 });
    const { numErrors, numWarnings, messages } = report.issues;
    for (const { code, message, severity, pointer } of messages) {
        console.log(`${path}: ${severities[severity]}: ${code} at ${pointer ?? "the file"}: ${message}`);
    }
    console.log(`${path}: ${numErrors} errors, ${numWarnings} warnings`);
    refused ||= numErrors + numWarnings > 0;
}
process.exit(refused ? 1 : 0);
