# bash completion for balance; printed by the program, do not edit
# Put it where bash-completion looks (~/.local/share/bash-completion/completions/balance), or source it.

_balance_profiles() {
    local file=${1:-${BALANCE_CONFIG:-}}
    if [ -z "$file" ]; then
        file=${XDG_CONFIG_HOME:-$HOME/.config}/balance/config.toml
        [ "$(uname -s)" = Darwin ] && file="$HOME/Library/Application Support/balance/config.toml"
    fi
    [ -f "$file" ] && [ -r "$file" ] || return 0
    command awk 'function out() { if (name != "") print name "\t" provider }
/^[ \t]*\[/ {
  out(); name = ""; provider = ""
  if (sub(/^[ \t]*\[[ \t]*profiles[ \t]*\.[ \t]*/, "") && sub(/[ \t]*\].*/, "")) {
    if ($0 ~ /^["\047].*["\047]$/) $0 = substr($0, 2, length($0) - 2); else if ($0 ~ /\./) $0 = ""
    if ($0 ~ /^[A-Za-z0-9][A-Za-z0-9._-]*$/) name = $0
  }
}
name != "" && /^[ \t]*provider[ \t]*=/ { provider = $0; sub(/^[^=]*=/, "", provider); gsub(/[^a-z0-9-]/, "", provider) }
END { out() }' "$file" 2>/dev/null | cut -f 1
}

_balance() {
    local cur=${COMP_WORDS[COMP_CWORD]} at='' config='' skip='' offered='' i word IFS=$' \t\n'
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [ -n "$skip" ]; then
            [ "$skip" = --config ] && config=${word/#\~/$HOME}
            skip=''
            continue
        fi
        case $word in
            --base-url|--budget|--color|--config|--key-command|--key-env|--key-file|--key-keyring|--min|--min-days|--output|--output-file|--plot|--port|--provider|--set|--since|--timeout|--unit|--warn|--watch|--window|-o) skip=$word; continue ;;
            -*) continue ;;
        esac
        case $at:$word in
            ':check') at='check' ;;
            ':history') at='history' ;;
            ':providers') at='providers' ;;
            ':demo') at='demo' ;;
            ':init') at='init' ;;
            ':completion') at='completion' ;;
            ':schema') at='schema' ;;
            ':profile') at='profile' ;;
            'profile:list') at='profile list' ;;
            'profile:add') at='profile add' ;;
            'profile:remove') at='profile remove' ;;
            ':config') at='config' ;;
            'config:path') at='config path' ;;
            'config:check') at='config check' ;;
        esac
    done
    if [ -n "$skip" ]; then
        case $at:$skip in
            ':--config'|'check:--output-file'|'check:--config'|'history:--config'|'init:--config'|'profile list:--config'|'profile add:--key-file'|'profile add:--config'|'profile remove:--config'|'config path:--config'|'config check:--config') compopt -o default 2>/dev/null; return 0 ;;
            ':--color'|'check:--color'|'history:--color'|'demo:--color'|'profile add:--color') offered='auto always never' ;;
            'check:-o'|'check:--output') offered='csv github json markdown nagios plain prometheus table' ;;
            'history:-o'|'history:--output') offered='csv json table' ;;
            'history:--plot') offered="$(_balance_profiles "$config")" ;;
            'profile add:--provider') offered='ai302 aihubmix aimlapi anthropic apertis apify apikley apimart apimart-like atlascloud bfl chutes cometapi custom deepgram deepinfra deepl deepl-free deepseek digitalocean eden-ai elevenlabs evolink fal featherless firecrawl fireworks helicone heygen huggingface imagerouter kie kie-like kimi-code leonardo linkup litellm llmgateway luma meshy minimax minimax-cn moonshot moonshot-cn muapi nanogpt new-api new-api-account novita ollama one-api openai opencode-go openrouter poe polza ppq proxyapi recraft requesty runpod runway serpapi serper siliconflow siliconflow-cn stability stepfun straico sub2api sunoapi synthetic tavily telnyx toapis twilio vast venice vercel-ai-gateway wavespeed xai zai zenmux zhipu' ;;
        esac
    else
        case $at in
            '') case $cur in -*) offered='--config --color --debug --version -h --help' ;; *) offered='check history providers demo init completion schema profile config' ;; esac ;;
            'check') case $cur in -*) offered='--min --json -o --output --output-file --warn --watch --min-days --record --window -q --quiet --details --timeout --config --color --debug -h --help' ;; *) offered="ai302 aihubmix aimlapi anthropic apertis apify apikley apimart apimart-like atlascloud bfl chutes cometapi custom deepgram deepinfra deepl deepl-free deepseek digitalocean eden-ai elevenlabs evolink fal featherless firecrawl fireworks helicone heygen huggingface imagerouter kie kie-like kimi-code leonardo linkup litellm llmgateway luma meshy minimax minimax-cn moonshot moonshot-cn muapi nanogpt new-api new-api-account novita ollama one-api openai opencode-go openrouter poe polza ppq proxyapi recraft requesty runpod runway serpapi serper siliconflow siliconflow-cn stability stepfun straico sub2api sunoapi synthetic tavily telnyx toapis twilio vast venice vercel-ai-gateway wavespeed xai zai zenmux zhipu $(_balance_profiles "$config")" ;; esac ;;
            'history') case $cur in -*) offered='--since --window --json -o --output --plot --config --color -h --help' ;; *) offered="$(_balance_profiles "$config")" ;; esac ;;
            'providers') case $cur in -*) offered='--json -h --help' ;; *) offered='ai302 aihubmix aimlapi anthropic apertis apify apikley apimart apimart-like atlascloud bfl chutes cometapi custom deepgram deepinfra deepl deepl-free deepseek digitalocean eden-ai elevenlabs evolink fal featherless firecrawl fireworks helicone heygen huggingface imagerouter kie kie-like kimi-code leonardo linkup litellm llmgateway luma meshy minimax minimax-cn moonshot moonshot-cn muapi nanogpt new-api new-api-account novita ollama one-api openai opencode-go openrouter poe polza ppq proxyapi recraft requesty runpod runway serpapi serper siliconflow siliconflow-cn stability stepfun straico sub2api sunoapi synthetic tavily telnyx toapis twilio vast venice vercel-ai-gateway wavespeed xai zai zenmux zhipu' ;; esac ;;
            'demo') case $cur in -*) offered='--serve --port --color --debug -h --help' ;; *) offered='' ;; esac ;;
            'init') case $cur in -*) offered='--config -h --help' ;; *) offered='' ;; esac ;;
            'completion') case $cur in -*) offered='-h --help' ;; *) offered='bash fish powershell zsh' ;; esac ;;
            'schema') case $cur in -*) offered='-h --help' ;; *) offered='' ;; esac ;;
            'profile') case $cur in -*) offered='-h --help' ;; *) offered='list add remove' ;; esac ;;
            'profile list') case $cur in -*) offered='--config --json -h --help' ;; *) offered='' ;; esac ;;
            'profile add') case $cur in -*) offered='--provider --key-env --key-command --key-file --key-keyring --key-stdin --min --base-url --unit --budget --set --no-check --config --color --debug -h --help' ;; *) offered='' ;; esac ;;
            'profile remove') case $cur in -*) offered='--config -h --help' ;; *) offered="$(_balance_profiles "$config")" ;; esac ;;
            'config') case $cur in -*) offered='-h --help' ;; *) offered='path check' ;; esac ;;
            'config path') case $cur in -*) offered='--config -h --help' ;; *) offered='' ;; esac ;;
            'config check') case $cur in -*) offered='--config -h --help' ;; *) offered='' ;; esac ;;
        esac
    fi
    COMPREPLY=($(compgen -W "$offered" -- "$cur"))
}

complete -F _balance balance
