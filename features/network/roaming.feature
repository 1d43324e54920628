@network
Feature: Roaming
  People walk away from their Wi-Fi, move to other places, and their routers restart. Addresses change, connections
  die as they would, and sessions go on.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console

  Scenario: A customer in a hotel loses Wi-Fi and comes back on 4G
    Given Carla is at the hotel
    And Carla is a customer with an Android phone
    And Carla's device has mobile data too
    And Carla is in session with Alex
    When Carla loses the Wi-Fi
    Then Carla's device goes out by mobile data
    And within 1 minute Alex sees that Carla is connected
    And the appliance sees Carla at "192.0.2.41"
    When Carla writes "I am in the lift now"
    Then Alex reads "I am in the lift now" from Carla

  Scenario: Back in the room, the phone takes the Wi-Fi for what comes next
    Given Carla is at the hotel
    And Carla is a customer with an Android phone
    And Carla's device has mobile data too
    And Carla is in session with Alex
    When Carla loses the Wi-Fi
    Then within 1 minute Alex sees that Carla is connected
    When Carla has the Wi-Fi back
    Then Carla's device goes out by Wi-Fi
    When Carla loses the mobile data
    Then within 1 minute Alex sees that Carla is connected
    And the appliance sees Carla at "192.0.2.30"

  Scenario Outline: A customer carries the session from place to place
    Given Carla is at <from>
    And Carla is a customer with a <device>
    And Carla is in session with Alex
    When Carla moves to <to>
    Then within 2 minutes Alex sees that Carla is connected
    And the appliance sees Carla at "<address>"
    When Carla writes "New place, same trouble"
    Then Alex reads "New place, same trouble" from Carla

    Examples:
      | from       | to         | device        | address        |
      | the office | home       | Windows PC    | 198.51.100.101 |
      | home       | the hotel  | Mac           | 192.0.2.30     |
      | the hotel  | the road   | Android phone | 192.0.2.41     |
      | the bank   | home       | Mac           | 198.51.100.101 |

  Scenario: Linux keeps connections whose address is gone, and finds out later
    Given Carla is at the bank
    And Carla is a customer with a Linux PC
    And Carla is in session with Alex
    When Carla moves to home
    Then Alex sees that Carla's connection is lost
    And within 1 minute Alex sees that Carla is connected
    And the appliance sees Carla at "198.51.100.101"

  Scenario: A router that restarts forgets who was talking
    Given Carla is at home
    And Carla is a customer with a Windows PC
    And Carla is in session with Alex
    When the router at Carla's place restarts
    And Carla writes "Was that the router?"
    Then Carla is connected anew
    And Alex reads "Was that the router?" from Carla

  Scenario: A provider that gives out another address overnight
    Given Carla is at home
    And Carla is a customer with a Windows PC
    And Carla is in session with Alex
    When the router at Carla's place gets another address
    And Carla writes "Good morning"
    Then Carla is connected anew
    And Alex reads "Good morning" from Carla
    And the appliance sees Carla at "198.51.100.201"

  Scenario: A representative's laptop moves from the office to the bank
    Given Blair is at the office
    And Blair is signed in to the desktop console
    When Blair moves to the bank
    Then Blair's console is connected again
    And the appliance sees Blair at "192.0.2.20"
