"""The family page: Gradio on FastAPI."""
