"""MiniMax's site in China, which has its own keys; it moved here from api.minimaxi.com in 2026."""

from balance_cli.providers.minimax import minimax

minimax_cn = minimax._replace(
    id="minimax-cn",
    name="MiniMax (China)",
    env=("MINIMAX_CN_API_KEY", "MINIMAX_API_KEY", "MINIMAX_CODING_API_KEY"),
    base="https://api.minimax.cn",
    top_up="https://platform.minimax.cn/user-center/payment/balance",
)
