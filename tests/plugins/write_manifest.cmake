# Writes plugin.json beside ${library}.
get_filename_component(folder ${library} DIRECTORY)
get_filename_component(file ${library} NAME)
file(SHA256 ${library} sha256)

list(GET abi 0 major)
list(GET abi 1 minor)
list(GET abi 2 required)

set(toolList)
foreach(tool ${tools})
    list(APPEND toolList "    {\"name\": \"${tool}\", \"type\": \"action\", \"namespace\": \"Test\", \"description\": \"For tests.\",
     \"input_schema\": {\"type\": \"object\"}}")
endforeach()
list(JOIN toolList ",\n" toolText)
list(JOIN extensions "\", \"" extensionText)

file(WRITE ${folder}/plugin.json "{
  \"schema_version\": 1,
  \"id\": \"${id}\",
  \"version\": \"${version}\",
  \"description\": \"A plugin for tests.\",
  \"abi\": {\"major\": ${major}, \"minor\": ${minor}, \"minor_required\": ${required}},
  \"platform\": \"linux-${processor}\",
  \"library\": \"${file}\",
  \"sha256\": \"${sha256}\",
  \"extensions\": [\"${extensionText}\"],
  \"concurrency\": ${concurrency},
  \"settings\": {\"type\": \"object\", \"additionalProperties\": false, \"properties\": {\"mode\": {\"type\": \"string\"}, \"limit\": {\"type\": \"integer\", \"maximum\": 9}}},
  \"tools\": [
${toolText}
  ]
}
")

# Whatever the umask: nobody else may write them.
set(safe OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
file(CHMOD ${library} ${folder}/plugin.json PERMISSIONS ${safe})
if(id STREQUAL "group_writable")
    file(CHMOD ${library} PERMISSIONS ${safe} GROUP_WRITE)
elseif(id STREQUAL "wrong_hash")
    file(APPEND ${library} "more")
endif()
