# fish completion for balance; printed by the program, do not edit
# Put it into ~/.config/fish/completions/balance.fish

function __balance_profiles
    set -l file $BALANCE_CONFIG
    set -l words (commandline -opc)
    if set -l at (contains -i -- --config $words); and set -q words[(math $at + 1)]
        set file (string replace -r '^~' $HOME $words[(math $at + 1)])
    end
    if test -z "$file"
        set file ~/.config/balance/config.toml
        set -q XDG_CONFIG_HOME; and set file $XDG_CONFIG_HOME/balance/config.toml
        test (uname -s) = Darwin; and set file "$HOME/Library/Application Support/balance/config.toml"
    end
    test -f "$file" -a -r "$file"; or return 0
    command awk 'function out() { if (name != "") print name "\\t" provider }
/^[ \\t]*\\[/ {
  out(); name = ""; provider = ""
  if (sub(/^[ \\t]*\\[[ \\t]*profiles[ \\t]*\\.[ \\t]*/, "") && sub(/[ \\t]*\\].*/, "")) {
    if ($0 ~ /^["\\047].*["\\047]$/) $0 = substr($0, 2, length($0) - 2); else if ($0 ~ /\\./) $0 = ""
    if ($0 ~ /^[A-Za-z0-9][A-Za-z0-9._-]*$/) name = $0
  }
}
name != "" && /^[ \\t]*provider[ \\t]*=/ { provider = $0; sub(/^[^=]*=/, "", provider); gsub(/[^a-z0-9-]/, "", provider) }
END { out() }' "$file" 2>/dev/null
end

function __balance_at
    set -l at
    set -l skip
    for word in (commandline -opc)[2..-1]
        if test -n "$skip"
            set skip
        else if contains -- $word --base-url --budget --color --config --key-command --key-env --key-file --key-keyring --min --min-days --output --output-file --plot --port --provider --set --since --timeout --unit --warn --watch --window -o
            set skip yes
        else if not string match -q -- '-*' $word; and contains -- "$at" '' 'profile' 'config'
            set at (string trim -- "$at $word")
        end
    end
    test "$at" = "$argv"
end

complete -c balance -f
complete -c balance -n __balance_at -a check -d 'Read balances and hold them against minimums'
complete -c balance -n __balance_at -a history -d 'Show what became of balances, how fast they are used, and for how long they will last'
complete -c balance -n __balance_at -a providers -d 'List what can be checked, with which key, documented where; or show one provider in full'
complete -c balance -n __balance_at -a demo -d 'Show the whole thing without any account, against a server on this machine'
complete -c balance -n __balance_at -a init -d 'Make profiles of the keys that are here already, one question each; in a pipe only print them'
complete -c balance -n __balance_at -a completion -d 'Print the completion script of a shell; its first lines say where it goes'
complete -c balance -n __balance_at -a schema -d 'Print the JSON Schema of balance check --json'
complete -c balance -n __balance_at -a profile -d 'List, add and remove the profiles of the config'
complete -c balance -n __balance_at -a config -d 'Find and verify the config'
complete -c balance -n __balance_at -l config -r -F -d 'The config file'
complete -c balance -n __balance_at -l color -x -a 'auto always never' -d 'auto, always or never'
complete -c balance -n __balance_at -l debug -d 'Say on stderr what is asked and what breaks'
complete -c balance -n __balance_at -l version -d 'Show the version'
complete -c balance -n __balance_at -s h -l help -d 'Show the help'
complete -c balance -n '__balance_at check' -a '(__balance_profiles) ai302 aihubmix aimlapi anthropic apertis apify apikley apimart apimart-like atlascloud bfl chutes cometapi custom deepgram deepinfra deepl deepl-free deepseek digitalocean eden-ai elevenlabs evolink fal featherless firecrawl fireworks helicone heygen huggingface imagerouter kie kie-like kimi-code leonardo linkup litellm llmgateway luma meshy minimax minimax-cn moonshot moonshot-cn muapi nanogpt new-api new-api-account novita ollama one-api openai opencode-go openrouter poe polza ppq proxyapi recraft requesty runpod runway serpapi serper siliconflow siliconflow-cn stability stepfun straico sub2api sunoapi synthetic tavily telnyx toapis twilio vast venice vercel-ai-gateway wavespeed xai zai zenmux zhipu'
complete -c balance -n '__balance_at check' -l min -x -d 'At least this'
complete -c balance -n '__balance_at check' -l json -d 'One JSON document on stdout'
complete -c balance -n '__balance_at check' -s o -l output -x -a 'csv github json markdown nagios plain prometheus table' -d 'The format'
complete -c balance -n '__balance_at check' -l output-file -r -F -d 'Write it there instead, whole or not at all'
complete -c balance -n '__balance_at check' -l warn -x -d 'A warning below this, with -o nagios'
complete -c balance -n '__balance_at check' -l watch -x -d 'Look again so often, 10 s or more apart'
complete -c balance -n '__balance_at check' -l min-days -x -d 'It must last so long at its pace'
complete -c balance -n '__balance_at check' -l record -d 'Add what was read to the history'
complete -c balance -n '__balance_at check' -l window -x -d 'The pace is that of the last 7d, or of this'
complete -c balance -n '__balance_at check' -s q -l quiet -d 'No table; on stderr a line for each profile that is not ok'
complete -c balance -n '__balance_at check' -l details -d 'Every balance, not only those that gate'
complete -c balance -n '__balance_at check' -l timeout -x -d 'For the whole run, all of it (default 15)'
complete -c balance -n '__balance_at check' -l config -r -F -d 'The config file'
complete -c balance -n '__balance_at check' -l color -x -a 'auto always never' -d 'auto, always or never'
complete -c balance -n '__balance_at check' -l debug -d 'Say on stderr what is asked and what breaks'
complete -c balance -n '__balance_at check' -s h -l help -d 'Show the help'
complete -c balance -n '__balance_at history' -a '(__balance_profiles)'
complete -c balance -n '__balance_at history' -l since -x -d 'So far back'
complete -c balance -n '__balance_at history' -l window -x -d 'The pace is that of the last so long'
complete -c balance -n '__balance_at history' -l json -d 'One JSON document on stdout'
complete -c balance -n '__balance_at history' -s o -l output -x -a 'csv json table' -d 'The format'
complete -c balance -n '__balance_at history' -l plot -x -a '(__balance_profiles)' -d 'A chart of this profile'
complete -c balance -n '__balance_at history' -l config -r -F -d 'The config file'
complete -c balance -n '__balance_at history' -l color -x -a 'auto always never' -d 'auto, always or never'
complete -c balance -n '__balance_at history' -s h -l help -d 'Show the help'
complete -c balance -n '__balance_at providers' -a 'ai302 aihubmix aimlapi anthropic apertis apify apikley apimart apimart-like atlascloud bfl chutes cometapi custom deepgram deepinfra deepl deepl-free deepseek digitalocean eden-ai elevenlabs evolink fal featherless firecrawl fireworks helicone heygen huggingface imagerouter kie kie-like kimi-code leonardo linkup litellm llmgateway luma meshy minimax minimax-cn moonshot moonshot-cn muapi nanogpt new-api new-api-account novita ollama one-api openai opencode-go openrouter poe polza ppq proxyapi recraft requesty runpod runway serpapi serper siliconflow siliconflow-cn stability stepfun straico sub2api sunoapi synthetic tavily telnyx toapis twilio vast venice vercel-ai-gateway wavespeed xai zai zenmux zhipu'
complete -c balance -n '__balance_at providers' -l json -d 'One JSON document on stdout'
complete -c balance -n '__balance_at providers' -s h -l help -d 'Show the help'
complete -c balance -n '__balance_at demo' -l serve -d 'Keep the demos server up and print a config to rehearse with'
complete -c balance -n '__balance_at demo' -l port -x -d 'The servers port'
complete -c balance -n '__balance_at demo' -l color -x -a 'auto always never' -d 'auto, always or never'
complete -c balance -n '__balance_at demo' -l debug -d 'Say on stderr what is asked and what breaks'
complete -c balance -n '__balance_at demo' -s h -l help -d 'Show the help'
complete -c balance -n '__balance_at init' -l config -r -F -d 'The config file'
complete -c balance -n '__balance_at init' -s h -l help -d 'Show the help'
complete -c balance -n '__balance_at completion' -a 'bash fish powershell zsh'
complete -c balance -n '__balance_at completion' -s h -l help -d 'Show the help'
complete -c balance -n '__balance_at schema' -s h -l help -d 'Show the help'
complete -c balance -n '__balance_at profile' -a list -d 'List the profiles, where their keys come from and their minimums; nothing is asked'
complete -c balance -n '__balance_at profile' -a add -d 'Add a profile to the config'
complete -c balance -n '__balance_at profile' -a remove -d 'Remove a profile from the config; the file keeps everything else that is in it'
complete -c balance -n '__balance_at profile' -s h -l help -d 'Show the help'
complete -c balance -n '__balance_at profile list' -l config -r -F -d 'The config file'
complete -c balance -n '__balance_at profile list' -l json -d 'One JSON document on stdout'
complete -c balance -n '__balance_at profile list' -s h -l help -d 'Show the help'
complete -c balance -n '__balance_at profile add' -l provider -x -a 'ai302 aihubmix aimlapi anthropic apertis apify apikley apimart apimart-like atlascloud bfl chutes cometapi custom deepgram deepinfra deepl deepl-free deepseek digitalocean eden-ai elevenlabs evolink fal featherless firecrawl fireworks helicone heygen huggingface imagerouter kie kie-like kimi-code leonardo linkup litellm llmgateway luma meshy minimax minimax-cn moonshot moonshot-cn muapi nanogpt new-api new-api-account novita ollama one-api openai opencode-go openrouter poe polza ppq proxyapi recraft requesty runpod runway serpapi serper siliconflow siliconflow-cn stability stepfun straico sub2api sunoapi synthetic tavily telnyx toapis twilio vast venice vercel-ai-gateway wavespeed xai zai zenmux zhipu' -d 'See balance providers'
complete -c balance -n '__balance_at profile add' -l key-env -x -d 'It holds the key'
complete -c balance -n '__balance_at profile add' -l key-command -x -d 'It prints the key; run without a shell'
complete -c balance -n '__balance_at profile add' -l key-file -r -F -d 'It holds the key'
complete -c balance -n '__balance_at profile add' -l key-keyring -x -d 'An entry of the desktops keyring'
complete -c balance -n '__balance_at profile add' -l key-stdin -d 'Read the key from stdin and store it'
complete -c balance -n '__balance_at profile add' -l min -x -d 'The profiles minimum'
complete -c balance -n '__balance_at profile add' -l base-url -x -d 'Where it is, if not at the providers own address'
complete -c balance -n '__balance_at profile add' -l unit -x -d 'Where the provider does not say it'
complete -c balance -n '__balance_at profile add' -l budget -x -d 'What may be spent'
complete -c balance -n '__balance_at profile add' -l set -x -d 'A providers own option'
complete -c balance -n '__balance_at profile add' -l no-check -d 'Save it without trying it'
complete -c balance -n '__balance_at profile add' -l config -r -F -d 'The config file'
complete -c balance -n '__balance_at profile add' -l color -x -a 'auto always never' -d 'auto, always or never'
complete -c balance -n '__balance_at profile add' -l debug -d 'Say on stderr what is asked and what breaks'
complete -c balance -n '__balance_at profile add' -s h -l help -d 'Show the help'
complete -c balance -n '__balance_at profile remove' -a '(__balance_profiles)'
complete -c balance -n '__balance_at profile remove' -l config -r -F -d 'The config file'
complete -c balance -n '__balance_at profile remove' -s h -l help -d 'Show the help'
complete -c balance -n '__balance_at config' -a path -d 'Print where the config is, whether it is there or not'
complete -c balance -n '__balance_at config' -a check -d 'Say everything that is wrong with the config, with its line; nothing is asked'
complete -c balance -n '__balance_at config' -s h -l help -d 'Show the help'
complete -c balance -n '__balance_at config path' -l config -r -F -d 'The config file'
complete -c balance -n '__balance_at config path' -s h -l help -d 'Show the help'
complete -c balance -n '__balance_at config check' -l config -r -F -d 'The config file'
complete -c balance -n '__balance_at config check' -s h -l help -d 'Show the help'
