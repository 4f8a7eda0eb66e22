// Writes a GLB without compression:
//
//     node scripts/plain_glb.mjs IN OUT.glb
//
// IN is a GLB, or a JavaScript module that exports one as a data URI. The script decompresses Draco and meshopt,
// so that OUT.glb has plain accessors. scripts/fetch_models.sh fetches the packages that the script needs.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../.cache/gltf-transform/", import.meta.url));
const { NodeIO } = require("@gltf-transform/core");
const { ALL_EXTENSIONS } = require("@gltf-transform/extensions");
const { MeshoptDecoder } = require("meshoptimizer");

const [, , from, to] = process.argv;
const bytes = readFileSync(from);
const uri = from.endsWith(".js") ? /base64,([A-Za-z0-9+/=]+)/.exec(bytes.toString("latin1")) : null;
const io = new NodeIO().registerExtensions(ALL_EXTENSIONS).registerDependencies({
    "draco3d.decoder": await require("draco3dgltf").createDecoderModule(),
    "meshopt.decoder": MeshoptDecoder,
});
const document = await io.readBinary(new Uint8Array(uri ? Buffer.from(uri[1], "base64") : bytes));
for (const extension of document.getRoot().listExtensionsUsed()) {
    if (["KHR_draco_mesh_compression", "EXT_meshopt_compression"].includes(extension.extensionName)) {
        extension.dispose();
    }
}
writeFileSync(to, await io.writeBinary(document));
