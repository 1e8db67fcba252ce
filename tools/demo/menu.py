"""What the demo restaurant serves: items by category with their prices in minor units."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One thing on the menu."""

    sku: str
    name: str
    category: str
    price_minor: int
    weight: float


MENU = (
    Item("ST1", "Burrata, peach and basil", "Starters", 1350, 3),
    Item("ST2", "Grilled octopus", "Starters", 1650, 2),
    Item("ST3", "Soupe à l'oignon", "Starters", 1100, 3),
    Item("ST4", "Garden salad", "Starters", 950, 3),
    Item("MA1", "Steak frites", "Mains", 2850, 5),
    Item("MA2", "Roast chicken for one", "Mains", 2250, 5),
    Item("MA3", "Sea bass with fennel", "Mains", 2950, 3),
    Item("MA4", "Mushroom risotto", "Mains", 1950, 4),
    Item("MA5", "Lentil dahl (vegan)", "Mains", 1650, 3),
    Item("MA6", "Moules marinière", "Mains", 2150, 2),
    Item("BU1", "House burger", "Burgers", 1750, 6),
    Item("BU2", "Falafel burger", "Burgers", 1550, 3),
    Item("PI1", "Margherita", "Pizza", 1450, 5),
    Item("PI2", "Diavola", "Pizza", 1650, 4),
    Item("PI3", "Quattro formaggi", "Pizza", 1700, 3),
    Item("DE1", "Crème brûlée", "Desserts", 900, 4),
    Item("DE2", "Lemon tart", "Desserts", 850, 3),
    Item("DE3", "Ice cream, two scoops", "Desserts", 650, 3),
    Item("DR1", "Glass of house red", "Wine", 850, 6),
    Item("DR2", "Glass of Sancerre", "Wine", 1250, 3),
    Item("DR3", "Craft lager", "Beer", 700, 5),
    Item("DR4", "Homemade lemonade", "Soft drinks", 500, 4),
    Item("DR5", "Sparkling water", "Soft drinks", 400, 5),
    Item("DR6", "Espresso", "Coffee", 320, 6),
    Item("KI1", "Kids' pasta", "Kids", 850, 2),
)
