"""From public rows and our own texts to the model that ships: python -m moderation.training (docs/how/classifier.md).

Needs the training environment (`make train` prepares it); nothing here is imported by what serves.
"""
