#!/usr/bin/env node
import { dataCollection, run } from "./aip.mjs";

dataCollection("longest", "The longest words of a text.", { text: "string", most: { type: "integer", default: 3 } },
    ({ text, most }) => text.split(/\s+/).sort((a, b) => b.length - a.length).slice(0, most), { readOnly: true });

run({ protocol: "stdio", namespace: "NodeWords", concurrency: 4 });
