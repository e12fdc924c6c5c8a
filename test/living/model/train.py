import json

json.dump({"missed": 15, "but": 150}, open("model.json", "w"))
